import type { Finding } from '@threadline/collector'

const TIMEOUT_MS = 5_000

/** `Date` has whole seconds, and takes some time to arrive. */
const CLOCKS_APART_MS = 5_000

/** Asks a running collector how it is, the way its senders come: whatever is in front of it is looked at, too. Never rejects. */
export async function inspectCollector(host: string): Promise<readonly Finding[]> {
  const origin = host.replace(/\/+$/, '')
  const alive = await ask(`${origin}/healthz`)
  if (typeof alive === 'string') {
    return [{ subject: 'collector', state: 'problem', message: `${origin} cannot be reached: ${alive}` }]
  }
  const ready = await ask(`${origin}/readyz`)
  return [reachable(origin, alive), readiness(ready), clock(alive)]
}

async function ask(url: string): Promise<Response | string> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' })
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return error.cause instanceof Error ? error.cause.message : error.message
  }
}

function reachable(origin: string, { status }: Response): Finding {
  if (status === 200) return { subject: 'collector', state: 'fine', message: `${origin} is reached` }
  const redirected = status >= 300 && status < 400
  const advice = redirected ? 'senders follow no redirect: use the address it leads to' : 'a proxy answers in its place'
  return { subject: 'collector', state: 'problem', message: `${origin}/healthz answers ${status}: ${advice}` }
}

function readiness(answer: Response | string): Finding {
  if (typeof answer !== 'string' && answer.status === 200) {
    return { subject: 'readiness', state: 'fine', message: 'it takes events' }
  }
  const found = typeof answer === 'string' ? answer : `/readyz answers ${answer.status}`
  return { subject: 'readiness', state: 'problem', message: `${found}: it takes no events now; its log says more` }
}

function clock(answer: Response): Finding {
  const theirs = Date.parse(answer.headers.get('date') ?? '')
  const apart = Math.abs(theirs - Date.now())
  if (!(apart > CLOCKS_APART_MS)) return { subject: 'its clock', state: 'fine', message: 'it agrees with this machine' }
  const seconds = (apart / 1_000).toFixed(0)
  return { subject: 'its clock', state: 'warning', message: `it is ${seconds} s off this machine's: run NTP on both` }
}
