// The few globals that every runtime has. `core` compiles with neither DOM nor Node types, so nothing else is reachable.

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

declare const URL: { new (address: string): object }
