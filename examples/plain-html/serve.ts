import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'

// Any web server would do. This one fills in key and host, and builds the script as one file that sets `threadline`.

const { PORT = '3000', THREADLINE_HOST = '', THREADLINE_PUBLIC_KEY = '' } = process.env
const here = import.meta.dirname

const { outputFiles } = await build({
  entryPoints: [new URL('script.ts', import.meta.url).pathname],
  bundle: true,
  minify: true,
  globalName: 'threadline',
  conditions: ['@threadline/source'],
  write: false,
})
const script = outputFiles[0]?.text
const html = (await readFile(join(here, 'index.html'), 'utf8'))
  .replace('%KEY%', THREADLINE_PUBLIC_KEY)
  .replace('%HOST%', THREADLINE_HOST)

const server = createServer((request, response) => {
  if (request.url === '/threadline.js') response.setHeader('content-type', 'text/javascript').end(script)
  else if (request.url === '/') response.setHeader('content-type', 'text/html; charset=utf-8').end(html)
  else response.writeHead(404).end()
})
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on http://localhost:${(server.address() as AddressInfo).port}`)
})
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
