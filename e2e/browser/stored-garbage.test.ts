import { parseEvent } from '@threadline/schema/zod'
import { expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'

const FUTURE = 99_999_999_999_999

describeInChromium('Whatever is found in storage', (suite) => {
  /**
   * Writes to storage, starts a page that captures, and gives the names of what was sent in alphabetical order, each event as
   * the collector judges it.
   */
  async function sentAfter(write: string): Promise<readonly string[]> {
    const { page, recorder } = suite
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.identify('user_1')`)
    await page.evaluate('threadline.flush()')
    await page.evaluate(write)
    await page.goto(`${recorder.origin}/next`)
    await page.evaluate(`threadline.capture('as_ever')`)
    await page.evaluate('threadline.flush()')
    for (const { events } of recorder.deliveries) {
      for (const event of events) expect(parseEvent(event)).toMatchObject({ ok: true })
    }
    expect(recorder.deliveries.map(({ status }) => status)).not.toContain(400)
    const [, , ...later] = recorder.stored()
    for (const { userId = 'user_1' } of later) expect(userId).toBe('user_1')
    return later.map(({ event }) => event).sort()
  }

  /** Writes a cookie and its mirror. */
  const both = (name: string, value: string) =>
    `(document.cookie = ${JSON.stringify(`${name}=${value}; path=/`)}, localStorage.setItem('${name}', ${JSON.stringify(value)}))`

  const now = Date.now()
  test.each([
    ['an empty session', both('tl_session', `.${now}.${now}`)],
    ['a placeholder as session', both('tl_session', `undefined.${now}.${now}`)],
    ['a session that never ends', both('tl_session', `session-of-mine.${FUTURE}.${FUTURE}`)],
    ['a session of any text', both('tl_session', 'x'.repeat(3_000))],
    ['a visitor of any text', both('tl_id', '<script>alert(1)</script>')],
    ['a placeholder as visitor', both('tl_id', 'anonymous')],
    ['a user of any text', `(localStorage['tl_user'] = 'null', localStorage['tl_id.user'] = '{"a":1}')`],
    ['a user of nobody', `(localStorage['tl_id.user'] = '')`],
    ...['null', '', 'x'.repeat(5_000), 'a\n\0b', 'user_2'].map((user) => [
      `a user that was changed into ${JSON.stringify(user.slice(0, 9))}`,
      `(localStorage['tl_id.user'] = localStorage['tl_id.user'].replace('user_1', () => ${JSON.stringify(user)}))`,
    ]),
  ])('%s makes no event that is refused', async (_, write) => {
    expect(await sentAfter(write)).toEqual(['$pageview', 'as_ever'])
    expect(suite.recorder.stored().every(({ sessionId }) => sessionId !== 'session-of-mine')).toBe(true)
  })

  test('a record that is no event makes no request that is refused, and takes nothing with it', async () => {
    const about = (fields: object) => JSON.stringify({ eventId: 'e1', event: 'forged', bytes: 2, at: now, ...fields })
    const records = [
      '',
      'garbage',
      'null\nnull',
      `${about({})}\n{"half": `,
      `${about({})}\n42`,
      `${about({})}\n[]`,
      `${about({ eventId: undefined })}\n{}`,
    ]
    const write = records.map((text, n) => `localStorage['tl_q.pk_test.gone.${1e6 + n}'] = ${JSON.stringify(text)}`)
    expect(await sentAfter(`(${write.join(', ')})`)).toEqual(['$pageview', 'as_ever'])
    expect(await suite.page.evaluate(`Object.keys(localStorage).filter((key) => key.startsWith('tl_q.'))`)).toEqual([])
  })

  test('an event of a page whose clock was wrong is sent, once', async () => {
    const body = JSON.stringify({
      event: 'kept',
      eventId: 'e-kept',
      anonymousId: 'visitor-of-before',
      timestamp: new Date(now + 86_400_000).toISOString(),
    })
    const record = `${JSON.stringify({ eventId: 'e-kept', event: 'kept', bytes: 1, at: FUTURE })}\n${body}`
    const sent = await sentAfter(`(localStorage['tl_q.pk_test.gone.1000001'] = ${JSON.stringify(record)})`)
    expect(sent.filter((event) => event === 'kept')).toHaveLength(1)
    expect(suite.recorder.timesStored('e-kept')).toBe(1)
  })
})
