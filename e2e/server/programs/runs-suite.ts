// Runs the suite in a runtime with a command line, and prints the results as one line of JSON.

import { runSuite } from '../lib/runtime-suite.ts'

declare const process: { readonly argv: readonly string[] }

const [origin = '', prefix = ''] = process.argv.slice(2)
console.log(JSON.stringify(await runSuite(origin, prefix)))
