import type { ThreadlineError } from '@threadline/core'
import { millimetric } from '@threadline/destinations/millimetric'
import { afterEach, expect, test, vi } from 'vitest'
import { createServerClient } from '../runtimes/edge.ts'
import { publicSecretsError } from './public-secrets.ts'

afterEach(() => vi.unstubAllEnvs())

test.each([
  ['NEXT_PUBLIC_MILLIMETRIC_KEY', 'sk_live_hunter2'],
  ['VITE_PUBLIC_KEY', 'servoki_hunter2'],
  ['VITE_KEY', 'waa_hunter2'],
  ['PUBLIC_READ_KEY', 'rk_live_hunter2'],
  ['VITE_POSTHOG_KEY', 'phx_hunter2'],
])('%s with a secret is named, and the secret is not', (name, value) => {
  const error = publicSecretsError({ [name]: value, HOME: '/root' })
  expect(error?.code).toBe('secret_key_in_browser')
  expect(error?.message).toContain(name)
  expect(error?.message).not.toContain('hunter2')
})

test.each([
  ['NEXT_PUBLIC_KEY', 'pk_live_example'],
  ['MILLIMETRIC_KEY', 'sk_live_example'],
  ['NEXT_PUBLIC_EMPTY', undefined],
  ['NEXT_PUBLIC_POSTHOG_KEY', 'phc_example'],
])('%s is in order', (name, value) => {
  expect(publicSecretsError({ [name]: value })).toBeUndefined()
})

test('a client with a secret looks once, at its first capture', async () => {
  vi.stubEnv('NEXT_PUBLIC_KEY', 'sk_live_hunter2')
  const errors: ThreadlineError[] = []
  const client = createServerClient({
    destination: millimetric({ key: 'sk_test_a1b2c3d4_example', baseUrl: 'http://127.0.0.1:9' }),
    onError: (error) => errors.push(error),
    flushOnExit: false,
  })
  expect(errors).toEqual([])
  client.capture({ event: 'report_opened', userId: 'user_42' })
  client.capture({ event: 'report_opened', userId: 'user_42' })
  expect(errors.map(({ code }) => code)).toEqual(['secret_key_in_browser'])
  await client.shutdown({ timeoutMs: 1 })
})
