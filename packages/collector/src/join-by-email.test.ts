import { expect, test } from 'vitest'
import { batch, KEYS, testCollector } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'

const email = 'sam@example.com'

/** Two visitors with one address, as the key's holder tells. */
const twoDevices = () =>
  batch([trackEvent({ anonymousId: 'phone', email }), trackEvent({ anonymousId: 'laptop', email: ' Sam@Example.com' })])

test('visitors with one address are one person where the project says so, and only by a secret key', async () => {
  const { post, get } = await testCollector({ joinByEmail: ['other'] })
  const personOf = async (id: string, key: string) => (await (await get(`/v1/people/${id}`, key)).json()).person
  await post('/v1/batch', twoDevices(), { key: KEYS.server })
  expect(await personOf('laptop', KEYS.server)).toEqual({ userId: null, anonymousIds: ['laptop'] })
  await post('/v1/batch', twoDevices(), { key: KEYS.other })
  expect(await personOf('laptop', KEYS.other)).toEqual({ userId: `email:${email}`, anonymousIds: ['laptop', 'phone'] })
  const { links } = await (await get('/v1/people/phone', KEYS.other)).json()
  expect(links).toContainEqual(
    expect.objectContaining({ anonymousId: 'laptop', linkedBy: '$pageview', address: email }),
  )
})

test('a page joins nobody, also where its project joins by address', async () => {
  const { post, get } = await testCollector({ joinByEmail: ['default'] })
  await post('/v1/batch', twoDevices(), { key: KEYS.browser })
  const { person } = await (await get('/v1/people/laptop')).json()
  expect(person).toEqual({ userId: null, anonymousIds: ['laptop'] })
})

test('what is no address, or too long to be an id, joins nobody', async () => {
  const { post, get } = await testCollector({ joinByEmail: ['default'] })
  for (const odd of ['unknown', '@', 'a b@c', '', `${'x'.repeat(200)}@example.com`]) {
    const sent = await post('/v1/batch', batch([trackEvent({ anonymousId: 'v-1', email: odd })]), { key: KEYS.server })
    expect(sent.status).toBe(200)
  }
  expect((await (await get('/v1/people/v-1')).json()).person).toEqual({ userId: null, anonymousIds: ['v-1'] })
})

test('a project that there cannot be is refused at the start', async () => {
  await expect(testCollector({ joinByEmail: ['no project'] })).rejects.toThrow('a project is 1 to 64')
})
