import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../../scripts/lib/packages.ts'

export interface Page {
  /** Path from the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Every page that a user reads: the README, the documentation, and the READMEs of packages and examples. */
export function pages(): Page[] {
  const readmes = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'README.md')),
  )
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules') && !/^(api|\.vitepress)\//.test(name))
    .map((name) => join(root, 'docs', name))
  return [join(root, 'README.md'), join(root, 'CONTRIBUTING.md'), ...docs, ...readmes].flatMap((file) => {
    const text = readIfThere(file)
    return text === undefined ? [] : [{ path: relative(root, file), text }]
  })
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
