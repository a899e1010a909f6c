import { expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith, trackedPage } from './recorder.ts'

describeInChromium('Consent', (suite) => {
  /** Everything the page has stored, and what it has sent. */
  async function traces() {
    const { page, context, recorder } = suite
    return {
      cookies: (await context.cookies()).map(({ name }) => name).sort(),
      local: await page.evaluate<string[]>('Object.keys(localStorage).sort()'),
      sent: recorder.deliveries.length,
    }
  }

  const NOTHING = { cookies: [], local: [], sent: 0 }

  test('pending: nothing is stored, nothing is sent; a grant sends what was held', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: 'pending' })
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.capture('while_pending'); threadline.identify('user_1')`)
    await page.evaluate('threadline.flush({ timeoutMs: 300 }).catch(() => undefined)')
    expect(await traces()).toEqual(NOTHING)

    await page.evaluate(`threadline.consent({ analytics: true, ads: false })`)
    await page.evaluate(`threadline.capture('after_grant')`)
    await recorder.until(() => recorder.stored('after_grant').length === 1)
    expect(recorder.stored().map(({ event }) => event)).toEqual([
      '$pageview',
      'while_pending',
      '$identify',
      'after_grant',
    ])
    const anonymousId = await page.evaluate('threadline.getAnonymousId()')
    expect(new Set(recorder.stored().map((event) => event.anonymousId))).toEqual(new Set([anonymousId]))
    expect(recorder.stored('after_grant')).toMatchObject([{ userId: 'user_1' }])
    // What waited says what was agreed to, not what was known when it was captured.
    for (const { consent } of recorder.stored()) expect(consent).toEqual({ analytics: true, ads: false })
    expect(await traces()).toMatchObject({ cookies: ['tl_id', 'tl_session'] })
  })

  test('pending: a page that is left takes everything with it', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: 'pending' })
    await page.goto(recorder.origin)
    await page.goto(`${recorder.origin}/next`)
    expect(await traces()).toEqual(NOTHING)
  })

  test('denied: what waits is dropped with a reason, and storage is wiped', async () => {
    const { page, recorder } = suite
    recorder.answer = () => 'hang'
    recorder.defaultPage = trackedPage().replace(
      'threadline.init({',
      'window.drops = []; threadline.init({ onDrop: ({ event }, reason) => drops.push([event, reason]), ',
    )
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.deliveries.length === 1)
    await page.evaluate(
      `threadline.identify('user_1'); threadline.consent('denied'); threadline.capture('after_denial')`,
    )
    // Sent before the denial, and never answered. What is left is the refusal itself, which other tabs and later pages have
    // to know of.
    expect(await traces()).toEqual({ cookies: ['tl_opted_out'], local: ['tl_opted_out'], sent: 1 })
    expect(await page.evaluate('drops')).toEqual([
      ['$pageview', 'consent_denied'],
      ['$identify', 'consent_denied'],
      ['after_denial', 'consent_denied'],
    ])
    expect(await page.evaluate('threadline.getAnonymousId() ?? null')).toBeNull()
    expect(await page.evaluate('threadline.headers()')).toEqual({})
  })

  test('denied while somebody waits for a flush: it ends at once, and counts what was dropped', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: 'pending' })
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.capture('while_pending')`)
    expect(
      await page.evaluate(`{ const flushed = threadline.flush(); threadline.consent('denied'); flushed }`),
    ).toEqual({
      delivered: 0,
      duplicates: 0,
      dropped: 2,
    })
  })

  test('a later page with another answer finds nothing of before', async () => {
    const { page, recorder } = suite
    await page.goto(recorder.origin)
    await page.evaluate('threadline.flush()')
    recorder.defaultPage = trackedPage({ consent: 'denied' })
    await page.goto(recorder.origin)
    expect(await traces()).toMatchObject({ cookies: [], local: [], sent: 1 })
  })

  test('optOut outlives the page, and is stronger than the configuration; optIn takes it back', async () => {
    const { page, recorder } = suite
    await page.goto(recorder.origin)
    await page.evaluate('threadline.flush()')
    await page.evaluate('threadline.optOut()')
    expect(await traces()).toMatchObject({ cookies: ['tl_opted_out'], local: ['tl_opted_out'] })
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: 'granted' })
    await page.goto(`${recorder.origin}/next`)
    expect(await page.evaluate('threadline.hasOptedOut()')).toBe(true)
    expect(await traces()).toMatchObject({ cookies: ['tl_opted_out'], local: ['tl_opted_out'], sent: 1 })
    await page.evaluate(`threadline.optIn(); threadline.capture('back_again')`)
    await recorder.until(() => recorder.stored('back_again').length === 1)
    expect(await page.evaluate('threadline.hasOptedOut()')).toBe(false)
  })

  test.each([
    ['null', `threadline.consent(JSON.parse('null'))`],
    ['nothing', 'threadline.consent()'],
    ['words by purpose', `threadline.consent({ analytics: 'denied', ads: 'granted' })`],
    ['a word of its own', `threadline.consent('yes')`],
  ])('pending stays pending for what is no answer: %s', async (_, call) => {
    const { page, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: null }).replace(
      'threadline.init({',
      'window.errors = []; threadline.init({ onError: ({ message }) => errors.push(message), ',
    )
    await page.goto(recorder.origin)
    await page.evaluate(`${call}; threadline.capture('waits')`)
    await page.evaluate('threadline.flush({ timeoutMs: 300 }).catch(() => undefined)')
    expect(await traces()).toEqual(NOTHING)
    expect(await page.evaluate('errors')).toEqual([
      expect.stringContaining('consent: null counts as undecided'),
      expect.stringContaining('counts as undecided'),
    ])
    await page.evaluate(`threadline.consent('granted')`)
    await recorder.until(() => recorder.stored('waits').length === 1)
  })

  test('a refusal is taken back by an answer, not by the lack of one', async () => {
    const { page, recorder } = suite
    await page.goto(recorder.origin)
    await page.evaluate('threadline.flush()')
    await page.evaluate(
      `threadline.consent('denied'); threadline.consent('pending'); threadline.consent({ ads: true })`,
    )
    expect(await traces()).toMatchObject({ cookies: ['tl_opted_out'], local: ['tl_opted_out'] })
    await page.evaluate(`threadline.capture('dropped'); threadline.consent('granted'); threadline.capture('agreed')`)
    await recorder.until(() => recorder.stored('agreed').length === 1)
    expect(recorder.stored('dropped')).toEqual([])
  })

  test.each([
    ['Global Privacy Control, and a grant in the task of init', {}, 'threadline.consent({ analytics: true })'],
    ['Global Privacy Control, and a grant in the configuration', { consent: 'granted' }, ''],
    [
      'Global Privacy Control, and a page that asks',
      { consent: 'pending' },
      `setTimeout(() => threadline.consent('granted'), 100)`,
    ],
    ['a refusal by default, and a grant in the task of init', { consent: 'denied' }, `threadline.consent('granted')`],
  ])('a visitor who agreed keeps their id over pages: %s', async (title, options, call) => {
    const { page, recorder } = suite
    if (title.startsWith('Global'))
      await page.addInitScript(`Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`)
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, ...options }).replace(
      '</script><h1>',
      `; threadline.capture('early'); ${call}</script><h1>`,
    )
    for (const views of [1, 2]) {
      await page.goto(`${recorder.origin}/${views}`)
      await recorder.until(
        () => recorder.stored('$pageview').length === views && recorder.stored('early').length === views,
      )
    }
    expect(new Set(recorder.stored().map(({ anonymousId }) => anonymousId)).size).toBe(1)
    // A collector refuses what was captured under a refusal. And the browser's signal is a no to ads, which no answer here names.
    for (const { consent } of recorder.stored())
      expect(consent).toEqual({ analytics: true, ads: !title.startsWith('Global') })
  })

  test('while consent is pending hooks see nothing, a loop takes no other event, and a view keeps its title', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageWith(`
      window.seen = []
      window.drops = {}
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50, consent: 'pending',
        onCapture: (event) => (seen.push([event.event, event.consent]), event),
        onDrop: ({ event }, reason) => { drops[event + ' ' + reason] = 1 + (drops[event + ' ' + reason] ?? 0) } })
      threadline.signedUp()
      for (let n = 0; n < 499; n += 1) threadline.capture('looped', { n })`)
    await page.goto(recorder.origin)
    await page.evaluate(`
      threadline.capture('looped')
      threadline.capture('circular', { self: window })
      history.pushState(null, '', '/next')
      document.title = 'Next'
      history.pushState(null, '', '/last')
      document.title = 'Last'`)
    expect(await page.evaluate('[seen, drops]')).toEqual([
      [],
      { 'circular not_serializable': 1, 'looped queue_overflow': 4 },
    ])
    await page.evaluate(`threadline.consent('granted')`)
    await recorder.until(() => recorder.stored().length === 500)
    expect(recorder.stored('signup_completed')).toHaveLength(1)
    expect(recorder.stored('$pageview').map(({ path, title }) => [path, title])).toEqual([
      ['/', 'A page'],
      ['/next', 'Next'],
      ['/last', 'Last'],
    ])
    const seen = await page.evaluate<[string, unknown][]>('seen')
    expect(seen).toHaveLength(500)
    for (const [, consent] of seen) expect(consent).toEqual({ analytics: true, ads: true })
  })

  test('a client that is started again while consent is pending counts the page once it is given', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: 'pending' })
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.destroy(); threadline.init({ key: 'pk_test', host: '/t', consent: 'pending' })`)
    await page.evaluate(`threadline.consent('granted'); threadline.capture('agreed')`)
    await recorder.until(() => recorder.stored('agreed').length === 1 && recorder.stored('$pageview').length === 1)
  })

  test.each([
    ['globalPrivacyControl', true, {}, false],
    ['globalPrivacyControl', true, { honorGpc: false }, true],
    ['doNotTrack', '1', {}, true],
    ['doNotTrack', '1', { honorDnt: true }, false],
  ])('%s %s with %j: events are sent: %s', async (signal, value, options, sends) => {
    const { page, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50, ...options })
    // Chromium has no Global Privacy Control of its own; extensions add it just so.
    await page.addInitScript(`Object.defineProperty(navigator, '${signal}', { value: ${JSON.stringify(value)} })`)
    await page.goto(recorder.origin)
    if (sends) await recorder.until(() => recorder.stored('$pageview').length === 1)
    else {
      await page.evaluate('threadline.flush()')
      expect(await traces()).toEqual(NOTHING)
      // The visitor's own word goes over the browser's.
      await page.evaluate(`threadline.consent('granted'); threadline.capture('agreed')`)
      await recorder.until(() => recorder.stored('agreed').length === 1)
    }
  })
})
