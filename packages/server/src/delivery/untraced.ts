/** The parts of OpenTelemetry's context API that are needed here. */
interface Context {
  setValue(key: symbol, value: unknown): Context
}

interface ContextManager {
  active(): Context
  with<Result>(context: Context, run: () => Result): Result
}

/** Where `@opentelemetry/api` 1.x keeps what the app registered, so that all copies of it in a process agree. */
const API = Symbol.for('opentelemetry.js.api.1')

/** The key under which `suppressTracing` of `@opentelemetry/core` marks a context. */
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/**
 * Runs something that the app's own OpenTelemetry makes no span of, and adds no trace headers to. Without OpenTelemetry it
 * just runs.
 *
 * Looks at each call, since an app may register its tracing after its first capture, and imports nothing: see
 * docs/decisions/0082-tracing-without-the-api.md.
 */
export function untraced<Result>(run: () => Result): Result {
  const manager = contextManager()
  return manager ? manager.with(manager.active().setValue(SUPPRESS_TRACING, true), run) : run()
}

function contextManager(): ContextManager | undefined {
  const api: unknown = Reflect.get(globalThis, API)
  if (typeof api !== 'object' || api === null || !('context' in api)) return undefined
  return isContextManager(api.context) ? api.context : undefined
}

function isContextManager(value: unknown): value is ContextManager {
  return (
    typeof value === 'object' &&
    value !== null &&
    'active' in value &&
    typeof value.active === 'function' &&
    'with' in value &&
    typeof value.with === 'function'
  )
}
