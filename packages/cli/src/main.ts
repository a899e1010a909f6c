#!/usr/bin/env node
import { run } from './run.ts'

/** What a shell reports for a program that wrote to a closed pipe. */
const BROKEN_PIPE = 141

// Whoever reads has had enough, as in `threadline tail | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(BROKEN_PIPE)
})

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  // Opened when a command reads it: most do not.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
})
