/** How many of something there were in one hour. It names no person, key or event. */
export interface TrafficCount {
  /** Empty for what is the collector's own. */
  readonly project: string
  /** The start of the hour they arrived in, in ms since the epoch. */
  readonly hour: number
  /**
   * Of a project: `browser` and `server` (events stored, by the kind of their key), `refused` and `lost`. Of the collector: `requests`
   * and, of them, `failed`.
   */
  readonly name: string
  readonly count: number
}

/** An incident that somebody is told of. There is one for each subject: the latest. */
export interface StoredAlert {
  /** What it is about, for example `traffic_drop/shop/browser`. */
  readonly subject: string
  /** In ms since the epoch. */
  readonly startedAt: number
  /** Null while it lasts. */
  readonly endedAt: number | null
  /** Figures, as JSON text. */
  readonly details: string
  /** When the next try to tell of its start or its end is due; null when there is nothing to tell. */
  readonly dueAt: number | null
  /** Tries to tell of it so far. */
  readonly attempts: number
  /** One more with each change. */
  readonly version: number
}

/** What alerts are made from, and what collectors on one database know of them together. */
export interface AlertStore {
  /** Adds to the counts of hours. */
  addTraffic(counts: readonly TrafficCount[]): Promise<void>
  /** The counts of hours from `from` up to `to`, both included, of one project or of all. */
  traffic(hours: { readonly from: number; readonly to: number }, project?: string): Promise<readonly TrafficCount[]>
  /** Projects of which something was counted since `from`. */
  trafficProjects(from: number): Promise<readonly string[]>
  /** Removes the counts of hours before `hour`. */
  forgetTraffic(hour: number): Promise<void>
  alerts(): Promise<readonly StoredAlert[]>
  /**
   * Writes an alert that was `seen` before, or never. False when another collector has changed it meanwhile; then nothing is
   * written.
   */
  putAlert(next: StoredAlert, seen: StoredAlert | undefined): Promise<boolean>
}
