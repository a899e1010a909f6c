import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDataDir } from '../story/data-dir.ts'
import { COMMAND, runCli } from './cli.ts'
import { type Collect, startCollect } from './collect.ts'

const READER_KEY = 'rk_e2e_reader_of_mcp'

/** Nothing here waits for time to pass, and the machine may be busy. */
const TIMEOUT_MS = 120_000

async function connect(transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1' })
  await client.connect(transport, { timeout: TIMEOUT_MS })
  onTestFinished(() => client.close())
  return client
}

/** As an MCP client starts it: by its command line, with a few variables of the environment. */
async function byStdio(env: { readonly [name: string]: string }) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...COMMAND, 'mcp'],
    cwd: new URL('../..', import.meta.url).pathname,
    env: { ...env },
    stderr: 'inherit',
  })
  return { client: await connect(transport), transport }
}

const byHttp = ({ url }: Collect, key: string) =>
  connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    }),
  )

test('the same tools over stdin and stdout, until a signal, and over HTTP', { timeout: TIMEOUT_MS }, async () => {
  const collect = await startCollect(await temporaryDataDir(), {
    env: { THREADLINE_KEYS: `${READER_KEY},sk_e2e_writer_of_mcp` },
  })
  const { client: server, transport } = await byStdio({
    THREADLINE_HOST: collect.url,
    THREADLINE_KEY: 'sk_e2e_writer_of_mcp',
  })
  const reader = await byHttp(collect, READER_KEY)
  const { tools } = await server.listTools()
  const { tools: forReaders } = await reader.listTools()
  expect(tools.map(({ name }) => name)).toEqual([...forReaders.map(({ name }) => name), 'capture_events'])

  const event = { event: 'demo_requested', eventId: 'demo_1', userId: 'user_42', properties: { plan: 'pro' } }
  const captured = await server.callTool({ name: 'capture_events', arguments: { events: [event] } })
  expect(captured.structuredContent).toMatchObject({ stored: 1 })
  for (const client of [server, reader]) {
    const told = await client.callTool({ name: 'person_timeline', arguments: { id: 'user_42' } })
    expect(told.structuredContent).toMatchObject({ person: { userId: 'user_42' }, events: [{ event }] })
    const seen = await client.callTool({ name: 'catalogue' })
    expect(seen.structuredContent).toMatchObject({
      events: [{ event: 'demo_requested', properties: [{ name: 'plan' }] }],
    })
  }
  const refused = await reader.callTool({ name: 'capture_events', arguments: { events: [event] } })
  expect(refused).toMatchObject({ isError: true })

  await collect.child.stop('SIGTERM')
  const alone = await server.callTool({ name: 'stages' })
  expect(alone).toMatchObject({ isError: true, content: [{ text: 'unavailable: the collector cannot be reached' }] })

  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve
  })
  process.kill(Number(transport.pid), 'SIGTERM')
  await ended
})

test('ends with its input, and says at once what is wrong with its key', { timeout: TIMEOUT_MS }, async () => {
  const env = { THREADLINE_HOST: 'http://127.0.0.1:9', THREADLINE_KEY: READER_KEY }
  expect(await runCli(['mcp'], env)).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const browser = await runCli(['mcp', '--json'], { ...env, THREADLINE_KEY: 'pk_e2e_browser' })
  expect(browser).toMatchObject({ code: 2, stdout: '' })
  expect(browser.stderr).toContain('give an rk_ or an sk_ key')
  expect(browser.stderr).not.toContain('pk_e2e')
})
