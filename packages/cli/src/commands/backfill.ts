import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { TrackEvent } from '@threadline/schema'
import { type Command, Option } from 'commander'
import { EXPORT_NAMES, EXPORTS, type ExportName, exportedEvents } from '../backfill/exports.ts'
import { createMapping, type Mapping } from '../backfill/mapping.ts'
import { systemPace } from '../backfill/pace.ts'
import { startProgress } from '../backfill/progress.ts'
import { readCsv } from '../backfill/read-csv.ts'
import { readNdjson } from '../backfill/read-ndjson.ts'
import { type BackfillResult, type RefusedRow, runBackfill } from '../backfill/run-backfill.ts'
import type { SourceRow } from '../backfill/source-row.ts'
import { readState, writeState } from '../backfill/state.ts'
import { toEvent } from '../backfill/to-event.ts'
import { CliError, usageError } from '../cli-error.ts'
import { addConnectionOptions, type ConnectionOptions, readConnection } from '../connection.ts'
import type { Output } from '../output.ts'
import { printable } from '../printable.ts'
import { onEndSignal } from '../signals.ts'
import { collected, positiveNumber } from './arguments.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

type Format = 'csv' | 'ndjson'

interface BackfillCommandOptions extends ConnectionOptions {
  readonly from?: ExportName
  readonly format?: Format
  readonly delimiter: string
  readonly map?: readonly string[]
  readonly set?: readonly string[]
  readonly rate?: number
  readonly dryRun?: boolean
  readonly state?: string
  readonly restart?: boolean
  readonly json?: boolean
}

/** Refused rows that people are shown one by one. */
const MAX_SHOWN_ROWS = 50

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['.csv', 'csv'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
])

/** `threadline backfill`: events from a file, each once however often it is run. */
export function addBackfillCommand(program: Command, context: Context): void {
  const command = program
    .command('backfill <file>')
    .description('Send the events in a file. Run it again after an interruption: it goes on where it was.')
    .addOption(
      new Option('--from <service>', 'the file is an export of this service, with its names').choices(EXPORT_NAMES),
    )
    .addOption(
      new Option('--format <format>', 'what is in the file, if its name does not say').choices(['csv', 'ndjson']),
    )
    .option('--delimiter <character>', 'what separates the cells of CSV; tab for a tab', ',')
    .option('--map <target=column>', 'fill a place in the event from a column; repeat it', collected)
    .option('--set <target=value>', 'fill a place in every event with a value; repeat it', collected)
    .option('--rate <events>', 'most events a second', positiveNumber)
    .option('--dry-run', 'have the collector check every row and store nothing')
    .option('--state <file>', 'where to keep how far it has come (default: <file>.backfill.json)')
    .option('--restart', 'begin with the first row again; what is stored already counts once')
  addJsonOption(addConnectionOptions(command)).action(async (file: string, options: BackfillCommandOptions) => {
    await backfill(file, options, context)
  })
}

async function backfill(file: string, options: BackfillCommandOptions, context: Context): Promise<void> {
  const output = outputFor(context, options)
  const { dryRun = false } = options
  const connection = await readConnection(options, context.env, output)
  const size = await sizeOf(file)
  const stateFile = options.state ?? `${file}.backfill.json`
  const { host } = connection
  const resume = dryRun || options.restart ? undefined : await readState(stateFile, host)
  const source = openSource(file, options, output)
  if (resume) output.note(`Going on after row ${resume.rows} (${stateFile}).`)

  const ended = new AbortController()
  const stopListening = onEndSignal((signal) => {
    const code = signal === 'SIGINT' ? 'interrupted' : 'terminated'
    ended.abort(new CliError(code, 'interrupted: run the same command again to go on'))
  })
  const progress = startProgress(size, context.stderr)
  const report = reportRefused(output, progress.log)
  try {
    const result = await runBackfill({
      connection,
      rows: source.rows,
      toEvents: source.toEvents,
      dryRun,
      pace: systemPace(options.rate),
      resume,
      save: (done) => writeState(stateFile, { version: 1, host, ...done }),
      onRefused: report,
      onTrouble: (message) => progress.log(`warning: ${printable(message)}; trying again`),
      onProgress: ({ end, number }, confirmed) => progress.update({ bytes: end, rows: number }, confirmed),
      signal: ended.signal,
    })
    progress.stop()
    await output.result({ type: 'result', dryRun, ...result }, summary(result, dryRun))
    if (result.refused > 0) throw new CliError('rows_refused', `${count(result.refused)} are not events`)
  } finally {
    progress.stop()
    stopListening()
  }
}

interface Source {
  readonly rows: AsyncIterable<SourceRow>
  /** @throws RowError */
  readonly toEvents: (row: SourceRow) => readonly TrackEvent[]
}

function openSource(file: string, options: BackfillCommandOptions, output: Output): Source {
  const { map = [], set = [], from } = options
  if (from !== undefined) return openExport(file, from, options)
  // Known whole when the first row comes: a CSV header is part of it.
  let mapping: Mapping = createMapping({ map, set })
  const rows = openRows(file, formatOf(file, options.format), options, (columns) => {
    mapping = createMapping({ map, set }, columns)
    const { ignored } = mapping
    if (ignored.length > 0) output.warn(`these columns go nowhere: ${ignored.join(', ')}`)
  })
  return { rows, toEvents: (row) => [toEvent(row, mapping)] }
}

function openExport(file: string, from: ExportName, options: BackfillCommandOptions): Source {
  const { map = [], set = [] } = options
  if (map.length + set.length > 0) throw usageError('--from has a mapping of its own: leave out --map and --set')
  const rows = openRows(file, options.format ?? EXPORTS[from].format, options)
  return { rows, toEvents: (row) => exportedEvents(row, from) }
}

function openRows(
  file: string,
  format: Format,
  options: Pick<BackfillCommandOptions, 'delimiter'>,
  onHeader: (columns: readonly string[]) => void = () => undefined,
): AsyncIterable<SourceRow> {
  const bytes = createReadStream(file)
  if (format === 'ndjson') return readNdjson(bytes)
  const delimiter = options.delimiter === 'tab' ? '\t' : options.delimiter
  if (delimiter.length !== 1) throw usageError('--delimiter is one character, or tab')
  return readCsv(bytes, { delimiter, onHeader })
}

function formatOf(file: string, given: Format | undefined): Format {
  const format = given ?? FORMATS.get(extname(file).toLowerCase())
  if (format) return format
  throw usageError(`what is in ${file}? Say --format csv or --format ndjson`)
}

async function sizeOf(file: string): Promise<number> {
  try {
    const { size } = await stat(file)
    return size
  } catch (error) {
    throw usageError(`cannot read ${file}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
}

/** Programs get every refused row, people the first ones. */
function reportRefused(output: Output, log: (text: string) => void): (row: RefusedRow) => Promise<void> {
  let shown = 0
  return async (row) => {
    if (output.json) await output.result({ type: 'refused', ...row }, '')
    else if (shown < MAX_SHOWN_ROWS) log(`line ${row.line}: ${row.code}: ${printable(row.message)}`)
    else if (shown === MAX_SHOWN_ROWS) log('Further refused rows are only counted; --json prints all of them.')
    shown += 1
  }
}

function summary({ skipped, rows, stored, duplicates, refused }: BackfillResult, dryRun: boolean): string {
  const parts = [
    `${count(rows)} read${skipped > 0 ? ` after ${count(skipped)} that were done` : ''}`,
    dryRun ? `${stored} events would be taken` : `${stored} events stored`,
    ...(duplicates > 0 ? [`${duplicates} stored before`] : []),
    `${refused} refused`,
  ]
  return `${parts.join(', ')}.`
}

function count(rows: number): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}`
}
