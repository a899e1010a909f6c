import { describe, expect, test } from 'vitest'
import { batch, KEYS, NOW, testCollector } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { createCollector } from './collector.ts'

/** Half a megabyte. */
const LARGE = batch(Array.from({ length: 20 }, () => trackEvent({ properties: { text: 'x'.repeat(25_000) } })))

/** A collector whose database has come to a halt until {@link release} is called. */
async function atHalt() {
  const { store } = await testCollector()
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const collector = createCollector({
    store: { ...store, append: (rows, counts) => released.then(() => store.append(rows, counts)) },
    keys: [{ key: KEYS.server }, { key: KEYS.other, project: 'other' }],
    now: () => NOW,
  })
  const post = (body: object, key: string = KEYS.server) => {
    const text = JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': `${text.length}`,
    }
    return collector.fetch(new Request('http://collector.test/v1/batch', { method: 'POST', headers, body: text }))
  }
  return { collector, post, release }
}

/** Sends until the first refusal, and gives that and what waits for its answer. */
async function fill(post: (body: object) => Promise<Response>) {
  const waiting: Promise<Response>[] = []
  for (;;) {
    const answer = post(LARGE)
    // A refusal needs no database.
    const refused = await Promise.race([answer, new Promise<undefined>((resolve) => setTimeout(resolve, 50))])
    if (refused) return { waiting, refused }
    waiting.push(answer)
  }
}

// Ten megabytes are parsed and stored.
describe('more than can be stored', { timeout: 60_000 }, () => {
  test('is refused before it is read, with the time that storing the rest takes, also to pages', async () => {
    const { collector, post, release } = await atHalt()
    const { waiting, refused } = await fill(post)
    expect(refused.status).toBe(503)
    // Eight seconds' worth, of which one project may have half.
    expect(waiting.length).toBeLessThan(18)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(3)
    expect(await refused.json()).toMatchObject({ error: { code: 'unavailable' } })

    // Others have room yet; with several of them it is all taken, and nothing is read any more.
    const others = await fill((body) => post(body, KEYS.other))
    expect(others.waiting.length).toBeGreaterThan(3)
    let read = false
    const pull = () => {
      read = true
    }
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const headers = { 'content-type': 'text/plain', 'content-length': '20000000' }
    // Not all types of fetch know that a stream is sent before its answer is read.
    const init = { method: 'POST', headers, body, duplex: 'half' }
    const answer = await collector.fetch(new Request('http://collector.test/v1/batch', init))
    expect([answer.status, read]).toEqual([503, false])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')

    // What brings no events goes on, however large it says it is.
    const forget = await collector.fetch(
      new Request('http://collector.test/v1/people/nobody/forget', {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.server}`, 'content-length': '20000000' },
      }),
    )
    expect(forget.status).toBe(404)
    const erasures = await collector.fetch(
      new Request('http://collector.test/v1/erasures', {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.server}`, 'content-length': '20000000' },
        body: JSON.stringify({ ids: ['nobody'] }),
      }),
    )
    // By what a list may be, not by what there is room for.
    expect(erasures.status).toBe(413)

    release()
    const answers = await Promise.all([...waiting, ...others.waiting])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await post(batch([trackEvent()]))).status).toBe(200)
  })

  test('is what a collector that stops tells pages, too', async () => {
    const { collector } = await testCollector()
    await collector.close()
    const answer = await collector.fetch(new Request('http://collector.test/v1/batch', { method: 'POST', body: '{}' }))
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([503, '*'])
  })
})
