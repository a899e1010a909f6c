import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../../scripts/lib/packages.ts'
import { type CodeBlock, codeBlocks } from '../readme/code-blocks.ts'

/** What stands in place of the addresses and keys of the page. */
export interface Values {
  readonly host: string
  readonly publicKey: string
  readonly secretKey: string
}

/** One app of `docs/quick-start.md`. */
export interface QuickStart {
  /** What the reader types to install, with npm. */
  readonly install: string
  /** Writes its files into a folder. */
  write(folder: string, values: Values): void
}

/** The app under this heading. @throws When there is none. */
export function quickStart(heading: string): QuickStart {
  const page = readFileSync(join(root, 'docs/quick-start.md'), 'utf8')
  const section = page.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`docs/quick-start.md has no heading "${heading}"`)
  const blocks = codeBlocks(section)
  return {
    install: blocks.find(({ name }) => name === 'npm')?.code ?? '',
    write(folder, values) {
      for (const { name, code } of blocks.filter(isFile)) {
        const file = join(folder, name)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, `${fillIn(code, values)}\n`)
      }
    },
  }
}

/** Beside the tabs of package managers, what has a name is a file. */
function isFile({ name }: CodeBlock): boolean {
  return name !== '' && name !== 'npm' && name !== 'pnpm'
}

function fillIn(code: string, { host, publicKey, secretKey }: Values): string {
  return code.replaceAll('pk_…', publicKey).replaceAll('sk_…', secretKey).replaceAll('http://127.0.0.1:4318', host)
}
