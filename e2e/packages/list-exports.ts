/** The names that each path exports, sorted, or why it could not be loaded. */
export interface FoundExports {
  readonly [path: string]: readonly string[] | string
}

/**
 * A program that loads each of `paths` and prints {@link FoundExports} as JSON. It ends when nothing holds it open, or,
 * with `exit`, when it has printed.
 */
export function listExportsProgram(paths: readonly string[], load: 'import' | 'require', exit = false): string {
  return `
async function main() {
  const found = {}
  for (const path of ${JSON.stringify(paths)}) {
    try {
      found[path] = Object.keys(${load === 'import' ? 'await import(path)' : 'require(path)'}).sort()
    } catch (error) {
      found[path] = String(error)
    }
  }
  console.log(JSON.stringify(found))
  ${exit ? 'process.exit()' : ''}
}
main()
`
}

/** A module that imports each of `paths` statically, for a bundler, and exports {@link FoundExports} as `found`. */
export function listExportsModule(paths: readonly string[]): string {
  const imports = paths.map((path, i) => `import * as module${i} from ${JSON.stringify(path)}`)
  const entries = paths.map((path, i) => `  ${JSON.stringify(path)}: Object.keys(module${i}).sort(),`)
  return [...imports, 'export const found = {', ...entries, '}', ''].join('\n')
}
