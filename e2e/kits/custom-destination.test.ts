import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { nodeCommand } from './app-process.ts'
import { startStub } from './http-stub.ts'

test('the custom destination delivers in one batch, after a failure too', async () => {
  const bodies: string[] = []
  const endpoint = await startStub(({ body }) => {
    bodies.push(body.toString())
    return { status: bodies.length === 1 ? 429 : 200, body: '' }
  })
  onTestFinished(() => endpoint.close())
  const { command, args } = nodeCommand('main.ts')
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL('../../examples/custom-destination', import.meta.url)),
    env: { ...process.env, LOGSTASH_URL: endpoint.url },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  expect(bodies).toHaveLength(2)
  expect(bodies[1]).toBe(bodies[0])
  const events: readonly { message: string; properties: { feature: string } }[] = JSON.parse(bodies[1] ?? '')
  expect(events.map(({ message, properties }) => `${message} ${properties.feature}`)).toEqual([
    'feature_used export',
    'feature_used import',
    'feature_used share',
  ])
})
