import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import type { Certificates } from './certificates.ts'

export interface TlsFront {
  readonly port: number
  /** The name that each client asked for, one for each completed handshake. */
  readonly handshakes: readonly string[]
  stop(): Promise<void>
}

/** Ends TLS in front of a server that speaks plain HTTP, as a load balancer does. */
export async function startTlsFront(certificates: Certificates, upstreamPort: number): Promise<TlsFront> {
  const { certificate: cert, key } = certificates
  const handshakes: string[] = []
  const server = createServer({ cert, key }, (socket) => {
    handshakes.push('servername' in socket ? String(socket.servername) : '')
    const upstream = connect(upstreamPort, '127.0.0.1')
    socket.pipe(upstream).pipe(socket)
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    handshakes,
    async stop() {
      server.close()
      await once(server, 'close')
    },
  }
}
