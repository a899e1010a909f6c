import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'
import { codeBlocks } from '../readme/code-blocks.ts'
import { runCli } from './cli.ts'

const page = readFileSync(join(root, 'docs/cli.md'), 'utf8')

/** The commands of the page, each on one line, without what comes before the program's name. */
const shown = codeBlocks(page)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'))
  .map((line) => line.replace(/^.*?(@threadline\/cli|threadline) /, ''))

const options = (text: string): string[] => [...new Set(text.match(/(?<=^|[\s`])--[a-z-]+/gm))].sort()

test.each([
  'collect',
  'keys create',
  'keys list',
  'keys rotate',
  'keys revoke',
  'tail',
  'backfill',
  'migrate',
  'move',
  'export',
  'mcp',
  'login-link',
  'forward list',
  'forward pause',
  'forward resume',
  'forward begin',
  'compact',
  'reprocess',
])('docs/cli.md and the help of %s name the same options', async (command) => {
  const { code, stdout } = await runCli([...command.split(' '), '--help'])
  const known = options(stdout)
  const examples = shown.filter((line) => line.startsWith(command))
  expect(code).toBe(0)
  expect(examples).not.toEqual([])
  for (const example of examples) expect(known).toEqual(expect.arrayContaining(options(example)))
  expect(options(page)).toEqual(expect.arrayContaining(known.filter((option) => option !== '--help')))
})
