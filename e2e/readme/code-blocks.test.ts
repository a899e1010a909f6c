import { expect, test } from 'vitest'
import { codeBlocks } from './code-blocks.ts'

test('finds each block with its language, its line and what is given', () => {
  const page = [
    '# A',
    '```sh',
    'one',
    'two',
    '```',
    'text',
    '<!-- given: declare const a: 1 -->',
    '```ts [a.ts]',
    'a',
    '```',
  ]
  expect(codeBlocks(page.join('\n'))).toEqual([
    { language: 'sh', name: '', code: 'one\ntwo', line: 3, given: '' },
    { language: 'ts', name: 'a.ts', code: 'a', line: 9, given: 'declare const a: 1' },
  ])
})

test('a fence inside a block of another language is not a block', () => {
  expect(codeBlocks('```ts\n// ```sh\n```\n')).toEqual([
    { language: 'ts', name: '', code: '// ```sh', line: 2, given: '' },
  ])
})

test('a page without code has none', () => {
  expect(codeBlocks('# A\n\n`inline`\n')).toEqual([])
})
