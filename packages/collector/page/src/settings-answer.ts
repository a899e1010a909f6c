import type { NamedGoal } from '../../src/store/stored-settings.ts'

/** What the project has set. */
export interface SettingsAnswer {
  readonly settings: { readonly timeZone: string; readonly goals: readonly NamedGoal[] }
}
