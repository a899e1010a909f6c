import { type MigrationPlan, type PlannedMigration, planMigration } from '@threadline/collector'
import type { Command } from 'commander'
import { addStoreOptions, type StoreOptions, storeFailure, storeLocation, withStore } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface MigrateOptions extends StoreOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `threadline migrate`: brings the tables to this version, or tells what that would do. */
export function addMigrateCommand(program: Command, context: Context): void {
  const command = program
    .command('migrate')
    .description('Bring the tables of a store to this version, as the start of a collector does, and end.')
    .option('--dry-run', 'tell which steps that would take and who waits for them; change nothing')
  addJsonOption(addStoreOptions(command)).action(async (options: MigrateOptions) => {
    const output = outputFor(context, options)
    const location = await storeLocation(options, context.env)
    const plan = await planMigration(location).catch((error: unknown) => {
      throw storeFailure(error)
    })
    const { engine, from, to, steps } = plan
    for (const step of steps) await output.result({ type: 'step', ...step }, describe(step, plan))
    if (options.dryRun) {
      await output.result({ type: 'plan', engine, from, to, besideTraffic: isBesideTraffic(plan) }, summary(plan))
      return
    }
    if (steps.length > 0) await withStore(location, { create: false }, () => Promise.resolve())
    await output.result({ type: 'migrated', engine, from, to }, `The tables are at version ${to}.`)
  })
}

/** Whether collectors of the version at hand may go on meanwhile, and nobody notices. Empty tables keep nobody waiting. */
function isBesideTraffic({ engine, from, steps }: MigrationPlan): boolean {
  return (
    steps.length === 0 || (engine === 'postgres' && (from === 0 || steps.every((s) => s.besideOlder && waitsNobody(s))))
  )
}

function waitsNobody({ waits }: PlannedMigration): boolean {
  return waits === 'nobody'
}

const WAITS = {
  nobody: 'nobody waits',
  writes: 'events wait, longer the more there are',
  everybody: 'everybody waits, longer the more there is',
} as const

function describe({ version, does, waits, besideOlder }: PlannedMigration, { engine, from }: MigrationPlan): string {
  if (engine === 'duckdb' || from === 0) return `${version}: ${does}`
  const others = besideOlder ? 'older collectors may go on' : 'STOP OLDER COLLECTORS FIRST'
  return `${version}: ${does} (${WAITS[waits]}; ${others})`
}

function summary(plan: MigrationPlan): string {
  const { engine, from, to, steps } = plan
  if (steps.length === 0) return `The tables are at version ${to}: there is nothing to do.`
  const path = from === 0 ? `There are no tables yet; they would be made` : `From version ${from} to ${to}`
  if (engine === 'duckdb') return `${path}, with the collector stopped: one process owns a data folder.`
  return isBesideTraffic(plan) ? `${path}, beside traffic.` : `${path}, not beside traffic: see the steps.`
}
