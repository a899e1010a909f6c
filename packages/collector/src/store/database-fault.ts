/**
 * What a database said of a failure, without what was in its statement: its own messages repeat texts and values of events, and
 * errors end in logs.
 */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault'
  /** PostgreSQL's SQLSTATE, or the kind of error that DuckDB names first. */
  readonly code: string
  /** The database refuses everything until it is opened anew. */
  readonly isFatal: boolean

  constructor(code: string, message: string, { isFatal = false } = {}) {
    super(message)
    this.code = code
    this.isFatal = isFatal
  }
}

/** After these DuckDB refuses everything until the file is opened anew. */
const FATAL = /^(FATAL|INTERNAL)|database has been invalidated/i

/** What operators can mend, in the words of the operating system and of DuckDB's lock. */
const REASONS =
  /No space left on device|Disk quota exceeded|Permission denied|Read-only file system|Input\/output error|Too many open files|Cannot allocate memory|No such file or directory|Stale file handle|Conflicting lock is held|failed to allocate data|Interrupted/i

/** DuckDB's message begins with the kind of error; what follows may repeat the statement and its values. */
export function duckdbFault({ message }: Error): DatabaseFault {
  const code = /^([A-Za-z][\w ]{0,40}?)(?: Error|):/.exec(message)?.[1] ?? 'unknown'
  const reason = REASONS.exec(message)?.[0]
  const sentence = `DuckDB reports ${code}${reason === undefined ? '' : `: ${reason}`}`
  return new DatabaseFault(code, sentence, { isFatal: FATAL.test(message) })
}

/** Of PostgreSQL's error what is used here. */
export interface PostgresError {
  readonly code?: string | undefined
  readonly message: string
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

/** SQLSTATE classes of the server and the way to it, whose messages have no values: connections, logins, resources, operators. */
const OF_SERVER = /^(08|25|28|3D|53|57|58)/

/** Of other failures the message itself may repeat a value, as `invalid input syntax for type json` does. */
export function postgresFault({ code = 'unknown', message, ...names }: PostgresError): DatabaseFault {
  if (OF_SERVER.test(code)) return new DatabaseFault(code, message)
  const where = (['table', 'column', 'constraint'] as const)
    .flatMap((name) => (names[name] === undefined ? [] : [` ${name} ${names[name]}`]))
    .join(',')
  return new DatabaseFault(code, `PostgreSQL reports ${code}${where === '' ? '' : ` at${where}`}`)
}
