import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

export interface ConnectProxy {
  readonly url: string
  /** `host:port` of each tunnel that was asked for. */
  readonly tunnels: readonly (string | undefined)[]
  stop(): Promise<void>
}

/** A proxy that opens tunnels, whatever they ask for, to one port of this machine. */
export async function startConnectProxy(port: number): Promise<ConnectProxy> {
  const tunnels: (string | undefined)[] = []
  const server = createServer().listen(0, '127.0.0.1')
  server.on('connect', ({ url }, socket) => {
    tunnels.push(url)
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
