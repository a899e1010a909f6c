import type { DeliveryResponse, Verdict } from '@threadline/core'
import { readReason } from '@threadline/destinations/threadline'
import type { Part } from '../contract/instance.ts'
import { deliveryProblem, dropProblem, failureProblem } from './delivery-problems.ts'
import { eventProblem } from './event-problems.ts'
import { warn } from './warn.ts'

/** Failures that a request's answer explains better. */
const TOLD_BY_ANSWERS: readonly string[] = [
  'unauthorized',
  'quota_exceeded',
  'forbidden',
  'not_found',
  'unreachable',
  'server_error',
]

/** A verdict that says why, if the answer does: a page in production does not read that. */
function withReason(verdict: Verdict, answer: DeliveryResponse | undefined): Verdict {
  const reason = answer ? readReason(answer.body) : ''
  if (verdict.kind === 'delivered' || verdict.message.endsWith(reason)) return verdict
  return { ...verdict, message: `${verdict.message}${reason}` }
}

/**
 * A part that says on the console what is wrong and what to do, each sentence once: events that the collector would refuse
 * or flag, refused ids, a wrong key or host, a page whose origin the key does not allow, a collector that cannot be
 * reached. Has no part in what is sent.
 */
export const development: Part = ({ config }) => {
  const { host, destination, events } = config
  const to = { host: destination?.name ?? host ?? '', origin: location.origin }
  return {
    enrich(event) {
      const problem = eventProblem(event, events)
      if (problem) warn(`${String(event.event)}: ${problem}`)
      return undefined
    },
    judged(verdict, answer) {
      const problem = deliveryProblem({ verdict: withReason(verdict, answer), status: answer?.status ?? 0 }, to)
      if (problem) warn(problem)
    },
    dropped({ event }, reason) {
      const problem = dropProblem(reason)
      if (problem) warn(`${String(event)}: ${problem}`)
    },
    failed({ code, message }) {
      if (!TOLD_BY_ANSWERS.includes(code)) warn(`${code}: ${failureProblem(code, message)}`)
    },
  }
}
