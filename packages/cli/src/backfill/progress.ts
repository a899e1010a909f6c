import type { Writable } from 'node:stream'
import { MultiBar } from 'cli-progress'

/** A bar on a terminal. Where there is none, only what is logged appears. */
export interface Progress {
  /** `bytes` and `rows` have been read; `confirmed` of the rows have an answer, and the bar grows with these. */
  update(read: { readonly bytes: number; readonly rows: number }, confirmed: number): void
  /** Prints a line above the bar. */
  log(text: string): void
  /** A second call does nothing. */
  stop(): void
}

/** @param totalBytes - Size of the file that is read. */
export function startProgress(totalBytes: number, stream: Writable): Progress {
  if (!('isTTY' in stream) || stream.isTTY !== true) {
    return { update: () => undefined, log: (text) => stream.write(`${text}\n`), stop: () => undefined }
  }
  const bars = new MultiBar({
    stream,
    format: '{bar} {percentage}%  {rows} rows read, {confirmed} confirmed  {eta_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    // Batches are confirmed in bursts: over fewer of them the estimate jumps.
    etaBuffer: 100,
    hideCursor: true,
    // Signals are the command's own business.
    gracefulExit: false,
  })
  const bar = bars.create(totalBytes, 0, { rows: 0, confirmed: 0 })
  return {
    update({ bytes, rows }, confirmed) {
      bar.update(Math.floor(bytes * (confirmed / rows)), { rows, confirmed })
    },
    log: (text) => bars.log(`${text}\n`),
    stop() {
      // Its own second stop would move the cursor again, over what was printed since.
      if (bars.isActive) bars.stop()
    },
  }
}
