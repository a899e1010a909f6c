import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import getPort from 'get-port'
import { beforeAll } from 'vitest'
import { describeKit } from './kit-contract.ts'

const folder = fileURLToPath(new URL('../../examples/sveltekit', import.meta.url))
// adapter-node prints the port it was told, and checks the origin of forms.
const port = await getPort()

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [`${folder}/node_modules/vite/bin/vite.js`, 'build'], { cwd: folder })
})

describeKit('SvelteKit', {
  example: 'sveltekit',
  command: process.execPath,
  args: ['build/index.js'],
  env: { PORT: String(port), HOST: '127.0.0.1', ORIGIN: `http://127.0.0.1:${port}` },
})
