import { expect, test } from 'vitest'
import * as threadline from './index.ts'

// This file runs in Node, where there is no page: the same import as in a server-side render.

test('importing, creating and calling does nothing on a server, and leaves nothing to run later', async () => {
  const client = threadline.createBrowserClient({ key: 'pk_1', host: 'https://events.example.com' })
  threadline.capture('early')
  threadline.init({ key: 'pk_1', host: 'https://events.example.com' })
  for (const target of [client, threadline]) {
    target.capture('plan_viewed', { plan: 'pro' })
    target.page()
    target.identify('user_1', { plan: 'pro' })
    target.alias('user_0')
    target.group('team_1')
    target.setAnonymousId('owned-by-the-server')
    target.consent('denied')
    target.optOut()
    target.optIn()
    target.reset()
    expect(target.getAnonymousId()).toBeUndefined()
    expect(target.getSessionId()).toBeUndefined()
    expect(target.hasOptedOut()).toBe(false)
    expect(target.storage()).toEqual({ cookie: false, localStorage: false })
    expect(target.headers()).toEqual({})
    expect(await target.flush()).toEqual({ delivered: 0, duplicates: 0, dropped: 0 })
  }
})
