/** What a step of the tables means for those who run collectors. */
export interface MigrationNote {
  /** What it does and, where collectors of before are in its way, why. For people. */
  readonly does: string
  /**
   * Who waits while it runs on a PostgreSQL that has events: nobody for more than a moment, those who store events, or everybody.
   * The wait grows with the tables.
   */
  readonly waits: 'nobody' | 'writes' | 'everybody'
  /** Whether collectors of the version before may go on beside it and after it, until they are replaced. */
  readonly besideOlder: boolean
}

/** One for each of `MIGRATIONS`, in their order. They are told before the step is taken, so what it says must stay true. */
export const MIGRATION_NOTES: readonly MigrationNote[] = [
  { does: 'makes the tables of events, links, counters and settings', waits: 'nobody', besideOlder: true },
  { does: 'makes the table of keys', waits: 'nobody', besideOlder: true },
  {
    does: 'adds a column and an index to events, and the table of aliases',
    waits: 'writes',
    besideOlder: true,
  },
  { does: 'adds columns to events, and the tables of payments and subscriptions', waits: 'nobody', besideOlder: true },
  {
    does: 'numbers events in the order of storage, with an index. Older collectors store events without a number, which tails miss',
    waits: 'writes',
    besideOlder: false,
  },
  {
    does: 'notes of links and aliases when a server first told of them. Older collectors do not note it',
    waits: 'everybody',
    besideOlder: false,
  },
  {
    does: 'keeps the ids of events as hashes. Those of before are moved in the background on PostgreSQL, and at once on DuckDB. Older collectors cannot store any more',
    waits: 'nobody',
    besideOlder: false,
  },
  { does: 'makes the tables of login links and page sessions', waits: 'nobody', besideOlder: true },
  {
    does: 'marks payments of which nothing may be kept, and adds an index to events. Older collectors keep what is marked',
    waits: 'writes',
    besideOlder: false,
  },
  {
    does: 'keeps the latest changes of subscriptions. Older collectors do not keep them',
    waits: 'nobody',
    besideOlder: false,
  },
  {
    does: 'orders texts by their bytes on PostgreSQL, which writes indexes of every table anew; nothing on DuckDB',
    waits: 'everybody',
    besideOlder: true,
  },
  { does: 'adds columns for pages and arrivals to events', waits: 'nobody', besideOlder: true },
  { does: 'makes the log of erasures. Older collectors do not write it', waits: 'nobody', besideOlder: false },
  { does: 'adds columns to events and to the ids of payments', waits: 'nobody', besideOlder: true },
  {
    does: 'keeps whom events name by payment and subscription, and rewrites events about payments. Older collectors keep it by the customer, whom several people may share',
    waits: 'writes',
    besideOlder: false,
  },
  {
    does: 'makes the tables of alerts. Older collectors do not count for them what they store',
    waits: 'nobody',
    besideOlder: true,
  },
  { does: 'makes the tables of what is forwarded to destinations', waits: 'nobody', besideOlder: true },
  {
    does: 'adds columns for channels, devices, bots and places to events. Those of before have them once they are reprocessed; older collectors leave them empty',
    waits: 'nobody',
    besideOlder: true,
  },
  { does: 'makes the tables of settings and of their changes', waits: 'nobody', besideOlder: true },
]
