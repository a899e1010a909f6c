import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { CliError } from './cli-error.ts'
import { printable } from './printable.ts'

/** The two streams of a command, and whether it speaks to a program. */
export interface OutputOptions {
  readonly json: boolean
  readonly stdout: Writable
  readonly stderr: Writable
}

/**
 * What a command says. Results go to stdout: one line of JSON each with `--json`, text otherwise. All else goes to
 * stderr, so that it never mixes with them.
 */
export interface Output {
  readonly json: boolean
  readonly stderr: Writable
  /** A result: `data` for programs, `text` for people. Resolves when the reader has room for more. */
  result(data: { readonly type: string; readonly [field: string]: unknown }, text: string): Promise<void>
  /** Something people want to know on the way; programs are not told. */
  note(text: string): void
  /** Something that needs attention, and does not end the command. */
  warn(message: string): void
  /** Why the command ended. */
  fail(error: CliError): void
}

export function createOutput({ json, stdout, stderr }: OutputOptions): Output {
  const line = (stream: Writable, text: string) => stream.write(`${text}\n`)
  return {
    json,
    stderr,
    async result(data, text) {
      const hasRoom = line(stdout, json ? JSON.stringify(data) : text)
      if (!hasRoom) await once(stdout, 'drain')
    },
    note(text) {
      if (!json) line(stderr, text)
    },
    warn(message) {
      line(stderr, json ? JSON.stringify({ warning: { message } }) : `warning: ${printable(message)}`)
    },
    fail({ code, message }) {
      line(stderr, json ? JSON.stringify({ error: { code, message } }) : `error: ${printable(message)}`)
    },
  }
}
