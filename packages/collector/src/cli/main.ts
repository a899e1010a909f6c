#!/usr/bin/env node
import { createProgram } from './program.ts'

createProgram({
  env: process.env,
  write: (text) => process.stdout.write(`${text}\n`),
  stopped: () =>
    new Promise((resolve) => {
      process.once('SIGINT', () => resolve())
      process.once('SIGTERM', () => resolve())
    }),
})
  .parseAsync()
  .catch((error: unknown) => {
    // Only the message: a stack trace says nothing to whoever typed a wrong path.
    process.stderr.write(`threadline: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
