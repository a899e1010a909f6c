import { expect, onTestFinished, test, vi } from 'vitest'
import { createEventProxy } from './event-proxy.ts'

test('a batch crosses with what its browser says of itself and its visitor, and without cookies', async () => {
  const sent: Headers[] = []
  vi.stubGlobal('fetch', (_: string, { headers }: { readonly headers: Headers }) => {
    sent.push(headers)
    return Promise.resolve(Response.json({}))
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const proxy = createEventProxy({ path: '/t', host: 'https://events.example.com' })
  const headers = { 'sec-gpc': '1', 'user-agent': 'Mozilla/5.0', cookie: 'session=secret', 'x-forwarded-for': 'forged' }
  await proxy.forward(
    new Request('https://shop.example/t/v1/batch', { method: 'POST', headers, body: '{}' }),
    undefined,
  )
  expect(sent.map((each) => Object.fromEntries(each))).toEqual([
    expect.objectContaining({ 'sec-gpc': '1', 'user-agent': 'Mozilla/5.0' }),
  ])
  expect(sent[0]?.has('cookie')).toBe(false)
  expect(sent[0]?.has('x-forwarded-for')).toBe(false)
})
