import { expect, test } from 'vitest'
import { compareTexts } from './text-order.ts'

test('compares texts by their bytes in UTF-8', () => {
  const texts = ['\u{1f9f5}', '\uffee', 'é', 'z', 'a', 'Z', '_', '1', '']
  expect(texts.sort(compareTexts)).toEqual(['', '1', 'Z', '_', 'a', 'z', 'é', '\uffee', '\u{1f9f5}'])
  expect(compareTexts('same', 'same')).toBe(0)
})
