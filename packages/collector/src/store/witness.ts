import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Its file in a data folder. */
export const WITNESS_NAME = 'acknowledged.json'

/** The same number of bytes each time: they go where the last ones were, so that a full disk does not matter. */
const BYTES = 64

/** Knows up to which position the events of a data folder were acknowledged, whatever becomes of the database in it. */
export interface Witness {
  /** What was noted last; 0 when nothing was. */
  readonly position: number
  /** Notes it at once, without waiting for the disk: what a power cut takes away is older than the database. */
  note(position: number): void
  close(): void
}

/** What the witness of `dataDir` has noted last; 0 when there is none. */
export function acknowledgedPosition(dataDir: string): number {
  try {
    return parse(readFileSync(join(dataDir, WITNESS_NAME), 'utf8'))
  } catch {
    return 0
  }
}

/**
 * Opens the witness of `dataDir`, a small file beside the database. A start compares the two: a database that was replaced, or
 * whose log was cut, is whole in its own eyes.
 */
export function openWitness(dataDir: string): Witness {
  const file = openSync(join(dataDir, WITNESS_NAME), 'a+')
  const text = Buffer.alloc(BYTES)
  readSync(file, text, 0, BYTES, 0)
  closeSync(file)
  // Not for appending, which ignores the place.
  const writable = openSync(join(dataDir, WITNESS_NAME), 'r+')
  return {
    position: parse(text.toString()),
    note(position) {
      try {
        writeSync(writable, `${JSON.stringify({ position })}\n`.padStart(BYTES), 0)
      } catch {
        // The events are stored, and that is what counts.
      }
    },
    close: () => closeSync(writable),
  }
}

function parse(text: string): number {
  try {
    const { position } = JSON.parse(text)
    return Number.isSafeInteger(position) ? position : 0
  } catch {
    return 0
  }
}
