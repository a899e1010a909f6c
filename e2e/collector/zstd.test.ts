import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDataDir } from '../story/data-dir.ts'
import { startCollectorProcess } from './collector-process.ts'
import { SERVER_KEY } from './keys.ts'
import { storedIds } from './stored.ts'

const require = createRequire(import.meta.url)
const NODE_22 = join(dirname(require.resolve('node-22/package.json')), 'bin/node')
const NODE_24 = join(dirname(require.resolve('node-24/package.json')), 'bin/node')

/** What `program` prints, given `body`, in a Node that has zstd: this one may not. */
function inNode24(program: string, body: Buffer): Buffer {
  return execFileSync(NODE_24, ['-e', `const body = fs.readFileSync(0); ${program}`], { input: body })
}

const compressed = (body: Buffer) => inNode24('process.stdout.write(zlib.zstdCompressSync(body))', body)

/** As a stream writes it, which cannot know that its window is larger than the body will be: 16 MB. */
const inWideWindow = (body: Buffer) =>
  inNode24(
    `const stream = zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_windowLog]: 24 } })
    stream.pipe(process.stdout)
    stream.write(body)
    stream.flush(() => stream.end())`,
    body,
  )

function body(eventId: string): Buffer {
  const timestamp = new Date().toISOString()
  const events = [{ event: 'feature_used', eventId, userId: 'user-1', timestamp }]
  return Buffer.from(JSON.stringify({ sentAt: timestamp, events }))
}

function send(url: string, bytes: Buffer): Promise<Response> {
  return fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SERVER_KEY}`,
      'content-type': 'application/json',
      'content-encoding': 'zstd',
    },
    body: new Uint8Array(bytes),
  })
}

test.each([
  ['22', NODE_22],
  ['24', NODE_24],
])('Node %s takes zstd, and no more of it than of any other encoding', async (version, node) => {
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toContain(`v${version}.`)
  const dataDir = await temporaryDataDir()
  const { url, child } = await startCollectorProcess({ DATA_DIR: dataDir }, node)

  const taken = await send(url, compressed(body('in-zstd')))
  expect(await taken.json()).toEqual({ stored: 1, duplicates: [], invalid: [] })

  const bomb = compressed(Buffer.alloc(50_000_000))
  expect(bomb.length).toBeLessThan(10_000)
  expect((await send(url, bomb)).status).toBe(413)

  const valid = body('refused')
  for (const bytes of [compressed(valid).subarray(0, -8), valid, inWideWindow(valid)]) {
    const refused = await send(url, bytes)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { code: 'invalid_json' } })
  }

  expect(await child.stop('SIGTERM')).toBe(0)
  expect(await storedIds({ dataDir })).toEqual(['in-zstd'])
})
