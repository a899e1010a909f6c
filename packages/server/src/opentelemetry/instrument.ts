import { type Attributes, type BatchObservableResult, type Meter, metrics } from '@opentelemetry/api'
import type { LossCounts, QueueStats } from '@threadline/core'
import type { RequestReport } from '../reports/requests.ts'
import { VERSION } from '../version.ts'

export interface InstrumentOptions {
  /**
   * Makes the instruments.
   *
   * @defaultValue a meter of the global provider, looked up at the call: start OpenTelemetry's SDK first
   */
  readonly meter?: Meter | undefined
  /** Put on every measurement. Clients of one process that share a meter need different ones, or their numbers mix. */
  readonly attributes?: Attributes | undefined
}

/** What is measured of a client, whatever its catalogue. Every `ServerClient` is one. */
export interface InstrumentedClient {
  stats(): {
    readonly dropped: LossCounts
    readonly queues: { readonly [destination: string]: Pick<QueueStats, 'delivered' | 'pending'> }
  }
  onRequest(listener: (request: RequestReport) => void): () => void
}

/** What OpenTelemetry advises for the duration of HTTP requests, in seconds. */
const DURATION_BOUNDARIES_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** From this status on an answer is an error, as OpenTelemetry's conventions have it. */
const FIRST_ERROR_STATUS = 400

/**
 * Measures a client through OpenTelemetry, until the function that it returns is called.
 *
 * | metric | instrument, unit | attributes |
 * |---|---|---|
 * | `threadline.client.event.delivered` | counter, `{event}` | `threadline.destination` |
 * | `threadline.client.event.dropped` | counter, `{event}` | `threadline.drop.reason` |
 * | `threadline.client.queue.size` | up-down counter, `{event}` | `threadline.destination` |
 * | `threadline.client.request.duration` | histogram, `s` | `threadline.destination`, `http.response.status_code`, `error.type` |
 *
 * Capturing costs nothing more: all but the duration is read from `client.stats()` when the metrics are collected.
 *
 * @example
 * ```ts
 * const stop = instrument(client)
 * ```
 */
export function instrument(client: InstrumentedClient, options: InstrumentOptions = {}): () => void {
  const { meter = metrics.getMeter('@threadline/server', VERSION), attributes } = options
  const delivered = meter.createObservableCounter('threadline.client.event.delivered', {
    description: 'Events that a destination has confirmed.',
    unit: '{event}',
  })
  const dropped = meter.createObservableCounter('threadline.client.event.dropped', {
    description: 'Events given up, refused ones included.',
    unit: '{event}',
  })
  const queueSize = meter.createObservableUpDownCounter('threadline.client.queue.size', {
    description: 'Events held, in flight included.',
    unit: '{event}',
  })
  const duration = meter.createHistogram('threadline.client.request.duration', {
    description: 'Time from the start of a request to the end of its answer, or to its failure.',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BOUNDARIES_S },
  })

  function observe(result: BatchObservableResult): void {
    const stats = client.stats()
    for (const [destination, queue] of Object.entries(stats.queues)) {
      const labels = { ...attributes, 'threadline.destination': destination }
      result.observe(delivered, queue.delivered, labels)
      result.observe(queueSize, queue.pending, labels)
    }
    for (const [reason, count] of Object.entries(stats.dropped)) {
      result.observe(dropped, count, { ...attributes, 'threadline.drop.reason': reason })
    }
  }

  const observed = [delivered, dropped, queueSize]
  meter.addBatchObservableCallback(observe, observed)
  const stopListening = client.onRequest((request) => {
    duration.record(request.durationMs / 1_000, { ...attributes, ...attributesOf(request) })
  })
  return () => {
    meter.removeBatchObservableCallback(observe, observed)
    stopListening()
  }
}

function attributesOf({ destination, status, failure }: RequestReport): Attributes {
  const labels = { 'threadline.destination': destination }
  if (status === undefined) return { ...labels, 'error.type': failure ?? '_OTHER' }
  const answered = { ...labels, 'http.response.status_code': status }
  return status < FIRST_ERROR_STATUS ? answered : { ...answered, 'error.type': String(status) }
}
