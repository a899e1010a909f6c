import type { Writable } from 'node:stream'
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** @param part - 0 to 1. */
  update(part: number): void
  stop(): void
}

/** Without a terminal there is a line for so many parts of the whole. */
const LINES = 5

/** A bar where there is a terminal, else a line now and then. */
export function startProgress(stream: Writable, what: string): Progress {
  if (!('isTTY' in stream) || stream.isTTY !== true) return startLines(stream, what)
  const bar = new SingleBar({
    stream,
    format: `${what}  {bar} {percentage}%  {eta_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    // Signals are the demo's own business.
    gracefulExit: false,
  })
  bar.start(1_000, 0)
  return { update: (part) => bar.update(Math.floor(part * 1_000)), stop: () => bar.stop() }
}

function startLines(stream: Writable, what: string): Progress {
  let told = 0
  stream.write(`${what}…\n`)
  return {
    update(part) {
      const done = Math.floor(part * LINES)
      if (done > told) stream.write(`${what}: ${Math.round((done / LINES) * 100)} %\n`)
      told = Math.max(told, done)
    },
    stop: () => undefined,
  }
}
