import type { DropReason, LossCounts, Losses } from '@threadline/core'

type Counts = { [Reason in DropReason]?: number }

/** Counts of what was given up, until a delivered request has told the destination. */
export interface LossLedger extends Losses {
  count(reason: DropReason): void
}

export function createLosses(): LossLedger {
  let open: Counts | undefined

  function add(counts: LossCounts): void {
    open ??= {}
    for (const reason of Object.keys(counts) as DropReason[]) open[reason] = (open[reason] ?? 0) + (counts[reason] ?? 0)
  }

  return {
    count: (reason) => add({ [reason]: 1 }),
    take() {
      const taken = open
      open = undefined
      return taken
    },
    giveBack: add,
  }
}
