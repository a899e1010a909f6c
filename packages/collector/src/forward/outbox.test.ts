import { type DeliveryResponse, type Destination, type Send, statusVerdict } from '@threadline/core'
import { fakeClock } from '@threadline/core/testing'
import { describe, expect, test } from 'vitest'
import { trackEvent } from '../../test/events.ts'
import { toStoredEvent } from '../store/event-columns.ts'
import { endOfPosition, eventKey, FIRST_PLACE } from '../store/stored-forward.ts'
import { laterConsent } from './consent.ts'
import { createOutbox, parsed } from './outbox.ts'

const NOTHING_SAID = laterConsent([])

/** Takes two events a request, refuses `$alias`, and answers by status. */
const destination: Destination = {
  name: 'service',
  dedupes: true,
  limits: { maxEvents: 2, maxRequestBytes: 10_000, maxEventBytes: 500, envelopeBytes: 2 },
  encode: (event) =>
    event.event === '$alias'
      ? { refused: 'identify_not_supported', message: 'there is no place for it' }
      : { body: JSON.stringify({ id: event.eventId, properties: event.properties }) },
  request: (batch) => ({
    method: 'POST',
    url: 'http://service.test/',
    headers: {},
    body: `[${batch.map(({ body }) => body)}]`,
  }),
  verdict: statusVerdict,
}

/** A stored event of its own transaction. */
function stored(position: number, fields: object = {}) {
  const event = trackEvent({ eventId: `e${position}`, ...fields })
  return toStoredEvent({
    body: JSON.stringify(event),
    ts: 1_000,
    sent_at: null,
    received_at: 1_000,
    stored_at: 1_000,
    position,
    event: event.event,
    event_id: event.eventId,
    sender: 'sk',
  })
}

interface SetUpOptions {
  readonly dedupes?: boolean
  readonly known?: readonly string[]
}

/** An outbox whose service answers as `answer` says, by the ids of a request. */
function setUp({ dedupes = true, known = [] }: SetUpOptions = {}) {
  const time = fakeClock()
  const sent: string[][] = []
  const dropped: string[] = []
  const service = { answer: (_: readonly string[]): number => 200 }
  const send: Send = (_, items) => {
    const ids = items.map(({ eventId }) => eventId)
    sent.push(ids)
    const response: DeliveryResponse = { status: service.answer(ids), header: () => null, body: '' }
    return Promise.resolve(response)
  }
  const outbox = createOutbox({
    forward: {
      project: 'default',
      name: 'service',
      destination: { ...destination, dedupes },
      events: undefined,
      from: null,
      consent: 'analytics',
    },
    clock: { ...time, monotonic: time.now },
    random: () => 0.5,
    send,
    place: FIRST_PLACE,
    trouble: null,
    known: new Set(known),
    onError: () => undefined,
    onDropped: (reason) => dropped.push(reason),
  })
  const take = (...positions: number[]) =>
    outbox.take(
      positions.map((each) => parsed(stored(each))),
      NOTHING_SAID,
      true,
    )
  /** Drives it through every wait. */
  const settle = async () => {
    for (let round = 0; round < 20; round += 1) {
      await outbox.drive()
      await time.advance(30_000)
    }
  }
  return { outbox, service, sent, dropped, take, settle }
}

const counted = (outbox: ReturnType<typeof setUp>['outbox']) =>
  Object.fromEntries((outbox.note()?.note.counts ?? []).map(({ outcome, count }) => [outcome, count]))

describe('an outbox', () => {
  test('says nothing is to be noted until something has a verdict, and then once', async () => {
    const { outbox, take, settle } = setUp()
    expect(outbox.note()).toBeUndefined()
    take(1, 2, 3)
    expect(outbox.note()).toBeUndefined()
    await settle()
    const made = outbox.note()
    expect(made?.note).toMatchObject({ place: endOfPosition({ position: 3 }), trouble: null })
    expect(made?.note.deliveredAt).not.toBeNull()
    expect(counted(outbox)).toEqual({ delivered: 3 })
    made?.noted()
    expect(outbox.note()).toBeUndefined()
  })

  test('gives up what the service has no place for, or what is too large, and sends the rest', async () => {
    const { outbox, sent, dropped } = setUp()
    const large = stored(2, { properties: { text: 'x'.repeat(600) } })
    outbox.take([stored(1, { event: '$alias' }), large, stored(3)].map(parsed), NOTHING_SAID, true)
    await outbox.drive()
    expect(sent).toEqual([['e3']])
    expect(dropped).toEqual(['identify_not_supported', 'payload_too_large'])
    expect(counted(outbox)).toEqual({ identify_not_supported: 1, payload_too_large: 1, delivered: 1 })
    expect(outbox.note()?.note.place.position).toBe(3)
  })

  test('keeps the place before an event that a server fails on, while the others are delivered and counted', async () => {
    const { outbox, service, take, settle } = setUp()
    service.answer = (ids) => (ids.includes('e2') ? 500 : 200)
    take(1, 2, 3, 4, 5)
    await settle()
    expect(counted(outbox)).toEqual({ delivered: 4 })
    expect(outbox.note()?.note.place.position).toBe(1)
    // Whoever goes on from that place knows what was delivered already.
    const known = outbox.close()
    expect([...known].sort()).toEqual(
      ['e1', 'e3', 'e4', 'e5'].map((eventId) => eventKey({ event: '$pageview', eventId })),
    )
    const next = setUp({ known: [...known] })
    next.take(2, 3, 4, 5)
    await next.outbox.drive()
    expect(next.sent).toEqual([['e2']])
    expect(counted(next.outbox)).toEqual({ delivered: 1 })
    expect(next.outbox.note()?.note.place.position).toBe(5)
  })

  test('tells why nothing gets through, and that it does again, with the notes', async () => {
    const { outbox, service, take, settle } = setUp()
    service.answer = () => 401
    take(1)
    await outbox.drive()
    const made = outbox.note()
    expect(made?.note).toMatchObject({ place: FIRST_PLACE, trouble: { code: 'unauthorized' }, counts: [] })
    made?.noted()
    expect([outbox.note(), outbox.isFailing]).toEqual([undefined, true])
    service.answer = () => 200
    await settle()
    expect(outbox.note()?.note).toMatchObject({ place: { position: 1 }, trouble: null })
  })

  test('takes few events where the service counts a resend twice, until their verdicts are noted', async () => {
    const { outbox, take, settle } = setUp({ dedupes: false })
    expect([setUp().outbox.room, outbox.room]).toEqual([2_000, 50])
    take(1, 2, 3)
    await settle()
    expect(outbox.room).toBe(47)
    outbox.note()?.noted()
    expect(outbox.room).toBe(50)
  })

  test('takes back what was erased or refused while it waited', async () => {
    const { outbox, sent, take } = setUp()
    take(1, 2, 3)
    const present = new Set(['e1', 'e3'].map((eventId) => eventKey({ event: '$pageview', eventId })))
    outbox.review(present, (event) => (event.eventId === 'e3' ? { analytics: false } : {}))
    await outbox.drive()
    expect(sent).toEqual([['e1']])
    expect(counted(outbox)).toEqual({ erased: 1, consent_denied: 1, delivered: 1 })
  })
})
