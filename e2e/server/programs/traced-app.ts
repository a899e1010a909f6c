// An app with OpenTelemetry's own instrumentations. Captures within a span by the transport that is named, makes requests
// of its own by the same means, and prints the addresses of all requests that spans were made of.

import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { SpanKind, trace } from '@opentelemetry/api'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { createServerClient, fetchTransport, type Transport } from '@threadline/server'

const [host = '', transport = 'own', appHost = host] = process.argv.slice(2)
const spans = new InMemorySpanExporter()
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
tracerProvider.register()
registerInstrumentations({
  tracerProvider,
  instrumentations: [new UndiciInstrumentation(), new HttpInstrumentation()],
})
// Instrumented when it is required.
const http: typeof import('node:http') = createRequire(import.meta.url)('node:http')

/** A transport of the app's own, on `node:http`. */
const httpTransport: Transport = ({ url, method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    http
      .request(url, { method, headers, signal }, async (response: IncomingMessage) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode ?? 0, header: () => null, body: text })
      })
      .on('error', reject)
      .end(body)
  })

async function askByOwnMeans(path: string): Promise<void> {
  const url = `${appHost}${path}`
  if (transport !== 'http') await (await fetch(url)).text()
  else {
    const { signal } = new AbortController()
    await httpTransport({ url, method: 'POST', headers: {}, body: '', signal, gzip: false })
  }
}

const asked: Promise<void>[] = []
const client = createServerClient({
  key: 'sk_test',
  host,
  ...(transport === 'fetch' && { transport: fetchTransport() }),
  ...(transport === 'http' && { transport: httpTransport }),
  onDelivered: () => asked.push(askByOwnMeans('/told')),
})

await trace.getTracer('app').startActiveSpan('handles a request', async (span) => {
  client.capture({ event: 'a', userId: 'user_42' })
  await client.captureNow({ event: 'b', userId: 'user_42' })
  await askByOwnMeans('/asked')
  span.end()
})
client.capture({ event: 'c', userId: 'user_42' })
await client.shutdown()
await Promise.all(asked)

const requested = spans.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT)
const { delivered } = client.stats()
process.stdout.write(
  JSON.stringify({
    delivered,
    traced: requested.map(
      ({ attributes }) => new URL(String(attributes['url.full'] ?? attributes['http.url'])).pathname,
    ),
  }),
)
