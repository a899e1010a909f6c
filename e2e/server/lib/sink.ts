// A collector that can be told to misbehave, run as a process of its own by `start-sink.ts`.
//
// Speaks the native protocol on `/:tenant/v1/batch`, for any number of tenants, and takes orders on `/control/…`.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Fault, TenantState } from './sink-protocol.ts'

interface Tenant {
  readonly state: TenantState
  readonly faults: Fault[]
  readonly known: Set<string>
  downUntil: number
  maxBytes: number
  poison: string | undefined
  crashesOn: string | undefined
  invalid: string | undefined
  refusesGzip: boolean
  delayMs: number
}

const tenants = new Map<string, Tenant>()

function tenantOf(name: string): Tenant {
  let tenant = tenants.get(name)
  if (!tenant) {
    const state = { requests: 0, open: 0, mostOpen: 0, received: {}, stored: [], requestTimes: [] }
    tenant = {
      state,
      faults: [],
      known: new Set(),
      downUntil: 0,
      maxBytes: Number.POSITIVE_INFINITY,
      poison: undefined,
      crashesOn: undefined,
      invalid: undefined,
      refusesGzip: false,
      delayMs: 0,
    }
    tenants.set(name, tenant)
  }
  return tenant
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

/** Stores what is new, by id: first write wins. */
function store({ state, known, invalid }: Tenant, events: readonly { readonly eventId: string }[]): object {
  const duplicates: string[] = []
  const refused: object[] = []
  for (const { eventId } of events) {
    if (eventId === invalid) {
      refused.push({ eventId, code: 'validation_error', message: 'not what the catalogue says' })
      continue
    }
    if (known.has(eventId)) duplicates.push(eventId)
    else state.stored.push(eventId)
    known.add(eventId)
  }
  return { stored: events.length - duplicates.length - refused.length, duplicates, invalid: refused }
}

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: { [name: string]: string } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function ingest(tenant: Tenant, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { state } = tenant
  state.requests += 1
  state.requestTimes.push(Date.now())
  state.open += 1
  state.mostOpen = Math.max(state.mostOpen, state.open)
  response.once('close', () => {
    state.open -= 1
  })
  const body = await readBody(request)
  if (tenant.refusesGzip && request.headers['content-encoding'] === 'gzip') return answer(response, 415, {})
  if (tenant.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, tenant.delayMs))
  const { events } = JSON.parse(body.toString()) as { events: { eventId: string }[] }
  for (const { eventId } of events) state.received[eventId] = (state.received[eventId] ?? 0) + 1

  if (Date.now() < tenant.downUntil) return answer(response, 503, {})
  if (body.byteLength > tenant.maxBytes) return answer(response, 413, {})
  if (events.some(({ eventId }) => eventId === tenant.poison)) return answer(response, 400, {})
  if (events.some(({ eventId }) => eventId === tenant.crashesOn)) return answer(response, 500, {})
  const fault = tenant.faults.shift()
  switch (fault?.kind) {
    case undefined:
      return answer(response, 200, store(tenant, events))
    case 'status':
      return answer(
        response,
        fault.status,
        {},
        {
          ...(fault.retryAfter && { 'retry-after': fault.retryAfter }),
          ...(fault.location && { location: fault.location }),
        },
      )
    case 'lost-answer':
      store(tenant, events)
      request.socket.destroy()
      return
    case 'reset':
      request.socket.destroy()
      return
    case 'silent':
      return
    case 'stalled-body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"stored":')
      return
  }
}

async function control(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , name = '', order] = url.split('/')
  const tenant = tenantOf(name)
  if (order === 'state') return answer(response, 200, tenant.state)
  const { faults = [], downForMs, refuseForMs, ...settings } = JSON.parse((await readBody(request)).toString())
  tenant.faults.push(...faults)
  if (downForMs !== undefined) tenant.downUntil = Date.now() + downForMs
  Object.assign(tenant, settings)
  if (refuseForMs === undefined) return answer(response, 200, {})
  const port = await portThatOpensIn(refuseForMs)
  answer(response, 200, { port })
}

/** Finds a free port, closes it, and serves on it only after a while: until then connections are refused. */
async function portThatOpensIn(ms: number): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  setTimeout(() => createServer(handle).listen(port, '127.0.0.1'), ms)
  return port
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? ''
  const done = url.startsWith('/control/')
    ? control(url, request, response)
    : ingest(tenantOf(url.split('/')[1] ?? ''), request, response)
  done.catch((error: unknown) => answer(response, 500, { error: String(error) }))
}

const server = createServer(handle)
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
// The test that started it is gone.
process.on('disconnect', () => process.exit())
