import { expect, test } from 'vitest'
import { withSizes } from './readme-sizes.ts'

const readme = '# A\n<!-- sizes -->\nold\n<!-- /sizes -->\nB\n'

test('replaces what stands in the block and nothing else', () => {
  expect(withSizes(readme, [{ name: 'a $1 b', brotliBytes: 4_097, limitBytes: 4_096 }])).toBe(
    '# A\n<!-- sizes -->\n| what | size | limit |\n|---|---|---|\n| a $1 b | 4.1 KB | 4.0 KB |\n<!-- /sizes -->\nB\n',
  )
})

test('is stable', () => {
  const once = withSizes(readme, [{ name: 'a', brotliBytes: 1, limitBytes: 2 }])
  expect(withSizes(once, [{ name: 'a', brotliBytes: 1, limitBytes: 2 }])).toBe(once)
})

test('a README without the block is an error', () => {
  expect(() => withSizes('# A\n', [])).toThrow('<!-- sizes -->')
})
