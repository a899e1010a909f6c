import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll } from 'vitest'
import { describeKit } from './kit-contract.ts'
import { PUBLIC_KEY } from './test-collector.ts'

const folder = fileURLToPath(new URL('../../examples/next', import.meta.url))
const next = `${folder}/node_modules/next/dist/bin/next`

beforeAll(async () => {
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_THREADLINE_KEY: PUBLIC_KEY,
  }
  await promisify(execFile)(process.execPath, [next, 'build', '--webpack'], { cwd: folder, env })
})

describeKit('Next', { example: 'next', command: process.execPath, args: [next, 'start'] })
