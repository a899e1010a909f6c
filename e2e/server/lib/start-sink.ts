import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SinkOrders, TenantState } from './sink-protocol.ts'

/** One tenant of the sink: a collector of its own, as far as a test is concerned. */
export interface Tenant {
  /** For the client's `host`. */
  readonly host: string
  order(orders: SinkOrders): Promise<void>
  /** A `host` where connections are refused for so long; then it is this tenant. */
  refusingHost(ms: number): Promise<string>
  state(): Promise<TenantState>
}

export interface Sink {
  tenant(): Tenant
  stop(): void
}

/** Starts the sink in a process of its own. */
export async function startSink(): Promise<Sink> {
  const child = fork(fileURLToPath(new URL('./sink.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('exit', (code) => reject(new Error(`the sink ended with ${code}`)))
  })
  const origin = `http://127.0.0.1:${port}`
  let tenants = 0

  return {
    tenant() {
      tenants += 1
      const name = `tenant${tenants}`
      async function post(orders: object): Promise<unknown> {
        const response = await fetch(`${origin}/control/${name}/order`, {
          method: 'POST',
          body: JSON.stringify(orders),
        })
        return await response.json()
      }
      return {
        host: `${origin}/${name}`,
        async order(orders) {
          await post(orders)
        },
        async refusingHost(ms) {
          const answer = (await post({ refuseForMs: ms })) as { port: number }
          return `http://127.0.0.1:${answer.port}/${name}`
        },
        async state() {
          const response = await fetch(`${origin}/control/${name}/state`)
          return (await response.json()) as TenantState
        },
      }
    },
    stop() {
      child.kill()
    },
  }
}
