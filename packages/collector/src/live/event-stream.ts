/** Bytes that are made ahead of a reader. */
const AHEAD_BYTES = 65_536

/** How often a write that waits for its reader looks at the clock. */
const LOOK_MS = 500

export interface EventStreamOptions {
  /** Longest time that a write waits for its reader, by `now`; one that takes nothing for so long is cut off. */
  readonly maxStallMs: number
  readonly now: () => number
}

export interface EventStream {
  /** The body of a response. */
  readonly body: ReadableStream<Uint8Array>
  /** Aborts when the stream has ended, by whichever side. */
  readonly gone: AbortSignal
  /** Sends text, and resolves when the reader has room for more, or is gone. */
  write(text: string): Promise<void>
  /** Ends it; the reader gets what was written. */
  end(): void
}

/** A response body that is written to, for as long as there is a reader who keeps up. */
export function createEventStream({ maxStallMs, now }: EventStreamOptions): EventStream {
  const ended = new AbortController()
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let makeRoom: () => void = () => undefined

  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given
      },
      pull: () => makeRoom(),
      cancel: () => ended.abort(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: AHEAD_BYTES }),
  )
  ended.signal.addEventListener('abort', () => makeRoom())

  function hasRoom(): boolean {
    return ended.signal.aborted || (controller?.desiredSize ?? 0) > 0
  }

  async function room(): Promise<void> {
    const since = now()
    while (!hasRoom()) {
      if (Math.abs(now() - since) >= maxStallMs) return cutOff()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS)
        makeRoom = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** An error, and not an end, which would wait in the same line: the server then closes the connection at once. */
  function cutOff(): void {
    const error = new Error(`a live stream was cut off: its reader took nothing for ${maxStallMs / 1_000} s`)
    // The server writes it to its log, where the way it came says nothing.
    error.stack = `${error.name}: ${error.message}`
    controller?.error(error)
    ended.abort()
  }

  return {
    body,
    gone: ended.signal,
    async write(text) {
      if (ended.signal.aborted) return
      controller?.enqueue(encoder.encode(text))
      await room()
    },
    end() {
      if (ended.signal.aborted) return
      controller?.close()
      ended.abort()
    },
  }
}
