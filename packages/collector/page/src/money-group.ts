/** What keeps sums of money apart: currencies and connected accounts are never added up. */
export interface MoneyGroup {
  readonly currency: string
  /** The connected account; null for the project's own. */
  readonly account: string | null
}

/** Rows of each currency and account: the project's own first, then in the order in which they first come. */
export function byMoneyGroup<Row extends MoneyGroup>(rows: readonly Row[]): readonly (MoneyGroup & { rows: Row[] })[] {
  const groups = new Map<string, MoneyGroup & { rows: Row[] }>()
  for (const row of rows) {
    const { currency, account } = row
    const key = moneyGroupName(row)
    const group = groups.get(key)
    if (group) group.rows.push(row)
    else groups.set(key, { currency, account, rows: [row] })
  }
  return [...groups.values()].sort((a, b) => Number(a.account !== null) - Number(b.account !== null))
}

/** How a group is called: `USD`, or `USD · acct_1` for a connected account. */
export function moneyGroupName({ currency, account }: MoneyGroup): string {
  return account === null ? currency : `${currency} · ${account}`
}
