/**
 * Why a command failed, as a value for scripts: printed with `--json`, and told by the exit code.
 *
 * - `usage`: an argument, a file or a mapping is wrong; nothing was done.
 * - `rows_refused`: the backfill went to its end, but some rows are not events.
 * - `access_denied`: the collector does not accept the key for this.
 * - `unavailable`: the collector or the database does not answer, the data folder or the port is taken.
 * - `interrupted`, `terminated`: ended by SIGINT or SIGTERM before it was done.
 * - `fault`: anything else, most likely a mistake of this program.
 */
export type CliErrorCode =
  | 'usage'
  | 'rows_refused'
  | 'access_denied'
  | 'unavailable'
  | 'interrupted'
  | 'terminated'
  | 'fault'

/** The last two are what a shell reports for a process that the signal ended. */
const EXIT_CODES: { readonly [Code in CliErrorCode]: number } = {
  fault: 1,
  usage: 2,
  rows_refused: 3,
  access_denied: 4,
  unavailable: 5,
  interrupted: 130,
  terminated: 143,
}

/** What ends a command early. The message is for people and holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get exitCode(): number {
    return EXIT_CODES[this.code]
  }
}

/** Short for the commonest. */
export function usageError(message: string, options?: ErrorOptions): CliError {
  return new CliError('usage', message, options)
}
