import { join } from 'node:path'

const bin = (name: string): string => join(import.meta.dirname, '../node_modules', name)

/** A program that runs an ES module from the installed project. */
export interface Runtime {
  readonly name: string
  /** The export conditions it resolves with. */
  readonly conditions: readonly string[]
  readonly command: readonly [string, ...string[]]
}

export const RUNTIMES: readonly Runtime[] = [
  { name: `Node ${process.versions.node}`, conditions: ['node', 'import'], command: [process.execPath] },
  { name: 'Node 22', conditions: ['node', 'import'], command: [bin('node-22/bin/node')] },
  { name: 'Node 24', conditions: ['node', 'import'], command: [bin('node-24/bin/node')] },
  { name: 'Bun', conditions: ['bun', 'node', 'import'], command: [bin('.bin/bun')] },
  {
    name: 'Deno',
    conditions: ['deno', 'node', 'import'],
    // Not `.bin/deno`, which starts another process: killing it would not end that one.
    command: [bin('deno/deno'), 'run', '--allow-all', '--no-lock', '--quiet'],
  },
]

export const WORKERD = bin('.bin/workerd')
