import { setTimeout as pause } from 'node:timers/promises'
import type { Ledger } from './ledger.ts'

/** Between two transactions, for those who bring events. */
const PAUSE_MS = 20

/** After a failure, as of a database that was away. */
const RETRY_MS = 5_000

/** Moves the ledger's keys to their present form, beside everything else. @returns how to stop it; resolves when it has. */
export function startMovingKeys(ledger: Pick<Ledger, 'moveSome'>): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const left = await ledger.moveSome().catch(() => undefined)
      if (left === false) return
      await pause(left ? PAUSE_MS : RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}
