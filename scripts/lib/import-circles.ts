import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

/**
 * The circles in which the modules of a folder import each other, each as its paths from one module back to itself,
 * `a.ts -> b.ts -> a.ts`, the shortest through that module. Imports of types count: who reads one of the modules has to
 * read them all.
 */
export function importCircles(folder: string): string[] {
  const imports = importsByModule(folder)
  const told = new Set<string>()
  const circles: string[] = []
  for (const start of imports.keys()) {
    if (told.has(start)) continue
    const circle = wayBack(start, imports)
    for (const module of circle) told.add(module)
    if (circle.length > 0) circles.push(circle.join(' -> '))
  }
  return circles
}

/** What each module imports by a relative path, both as paths from the folder. */
function importsByModule(folder: string): Map<string, readonly string[]> {
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  return new Map(
    modules.sort().map((module) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, module), 'utf8'))
      const relative = importedFiles.map(({ fileName }) => fileName).filter((path) => path.startsWith('.'))
      return [module, relative.map((path) => join(dirname(module), path))]
    }),
  )
}

/** The shortest way from a module back to itself; empty when there is none. */
function wayBack(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const ways = new Map<string, string[]>([['', [start]]])
  for (const way of ways.values()) {
    for (const next of imports.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, start]
      if (!ways.has(next)) ways.set(next, [...way, next])
    }
  }
  return []
}
