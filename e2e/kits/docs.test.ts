import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'
import { codeBlocks } from '../readme/code-blocks.ts'
import { pages } from '../readme/pages.ts'

// Blocks compile: e2e/readme sees to that. Here: what they show is what the other tests of this folder start and drive.

const ORIGIN = /^<!-- from: (.*) -->$/

/** The lines of code in a text, without their indentation. */
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const blocks = pages()
  .filter(({ path }) => path.startsWith('docs/kits/') || path === 'docs/stripe.md')
  .flatMap(({ path, text }) => {
    const lines = text.split('\n')
    return codeBlocks(text).map(({ code, line, language }) => {
      const above = lines
        .slice(0, line - 1)
        .reverse()
        .slice(0, 3)
      const from = above.map((one) => ORIGIN.exec(one)?.[1]).find((found) => found !== undefined)
      return { name: `${path}:${line}`, code, language, from }
    })
  })

test('every block of the documentation of the kits says which example it is from', () => {
  expect(blocks.length).toBeGreaterThan(12)
  expect(blocks.filter(({ from }) => from === undefined)).toEqual([])
})

const IMPORT = /^import (?:type )?\{ (.*) \} from ('.*')$/

test.each(blocks)('$name is code of $from', ({ code, from }) => {
  const example = linesOf(readFileSync(join(root, from ?? ''), 'utf8'))
  let at = 0
  for (const line of linesOf(code)) {
    const [, names = '', module] = IMPORT.exec(line) ?? []
    if (module !== undefined) {
      // A page may leave out what its excerpt does not use.
      const imported = example.find((one) => one.endsWith(`from ${module}`)) ?? ''
      expect(imported, `${from} does not import ${names} from ${module}`).toMatch(
        new RegExp(
          names
            .split(', ')
            .map((name) => `(?=.*\\b${name}\\b)`)
            .join(''),
        ),
      )
      continue
    }
    const found = example.indexOf(line, at)
    expect(found, `${JSON.stringify(line)} does not follow in ${from}`).toBeGreaterThanOrEqual(0)
    at = found + 1
  }
})
