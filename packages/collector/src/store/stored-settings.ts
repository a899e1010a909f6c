import type { Goal } from '../traffic/filters.ts'

/** A goal with the name that people know it by. */
export type NamedGoal = { readonly name: string } & Goal

/** What a project has set for itself. What is absent has its default. */
export interface StoredSettings {
  /** Whose days reports have, by an IANA name. */
  readonly timeZone?: string
  /** In the order in which they are shown. */
  readonly goals?: readonly NamedGoal[]
}

/** New values; null goes back to the default, and what is absent stays. */
export type SettingsChange = { readonly [Name in keyof StoredSettings]?: StoredSettings[Name] | null | undefined }

/** That a setting was changed. */
export interface SettingChange {
  /** In ms since the epoch. */
  readonly at: number
  /** A key or a session, by what tells it from others and opens nothing. */
  readonly who: string
  readonly name: string
  /** Null for the default. */
  readonly before: unknown
  readonly after: unknown
}
