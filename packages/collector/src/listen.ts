import { once } from 'node:events'
import type { Server } from 'node:http'

export interface Address {
  readonly port: number | { readonly prefer: number }
  readonly host: string
}

/** Listens and tells the port. A preferred port that is busy gives way to a free one; a fixed one throws. */
export async function listen(server: Server, { port, host }: Address): Promise<number> {
  if (typeof port === 'number') return listenOn(server, port, host)
  try {
    return await listenOn(server, port.prefer, host)
  } catch (error) {
    if (!isBusy(error)) throw error
    return listenOn(server, 0, host)
  }
}

async function listenOn(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host)
  // Rejects with the server's error, if that comes first.
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port')
  return address.port
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
