import { describe, expect, test } from 'vitest'
import { codeBlocks } from './code-blocks.ts'
import { pages } from './pages.ts'
import { typeErrors, type VirtualFile } from './type-check.ts'

/** Its blocks are the files of whole apps, which the rehearsed release builds and runs. */
const APPS = 'docs/quick-start.md'

/** The TypeScript blocks of every other page, each a module of its own, its lines numbered as in the page. */
const blocks: VirtualFile[] = pages().flatMap(({ path, text }) =>
  codeBlocks(text)
    .filter(({ language }) => path !== APPS && (language === 'ts' || language === 'tsx'))
    .map(({ language, code, given, line }) => ({
      name: `${path.replaceAll('/', '-')}-${line}.${language}`,
      text: `${given}${'\n'.repeat(line - 1)}${code}\n`,
    })),
)

describe('TypeScript in the documentation', () => {
  test('there is some', () => {
    expect(blocks.length).toBeGreaterThan(5)
  })

  test('compiles as a reader would compile it', () => {
    expect(typeErrors(blocks)).toEqual([])
  })

  test('would be reported if it did not', () => {
    const text = `import { capture } from '@threadline/nothing'\nconst one: number = 'two'\n`
    expect(typeErrors([{ name: 'broken.ts', text }])).toEqual([
      expect.stringMatching(/^broken\.ts:1: Cannot find module '@threadline\/nothing'/),
      expect.stringMatching(/^broken\.ts:2: Type 'string' is not assignable/),
    ])
  })
})
