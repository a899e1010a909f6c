import { expect, test } from 'vitest'
import { temporaryDataDir } from '../story/data-dir.ts'
import { runCli } from './cli.ts'
import { startCollect } from './collect.ts'

test('prints a link that opens the live page once, and says so when the key may not', async () => {
  const collect = await startCollect(await temporaryDataDir())
  const { code, stdout, stderr } = await runCli(['login-link'], collect.env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const press = () => fetch(stdout.trim(), { method: 'POST', redirect: 'manual' })
  expect(stdout).toContain(collect.url)
  expect((await press()).status).toBe(303)
  expect((await press()).status).toBe(401)
  const json = await runCli(['login-link', '--json'], collect.env)
  expect(JSON.parse(json.stdout)).toEqual({
    type: 'login_link',
    url: expect.stringMatching(/\/login\?token=/),
    expiresAt: expect.any(String),
  })
  const refused = await runCli(['login-link'], { ...collect.env, THREADLINE_KEY: 'sk_not_the_right_one' })
  expect(refused.code).toBe(4)
  await collect.child.stop('SIGTERM')
  expect((await runCli(['login-link'], collect.env)).code).toBe(5)
})
