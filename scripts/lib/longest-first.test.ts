import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LONGEST } from './longest-first.ts'
import { root } from './packages.ts'

test('names files that exist, each once', () => {
  expect(LONGEST.filter((file) => !existsSync(join(root, file)))).toEqual([])
  expect(new Set(LONGEST).size).toBe(LONGEST.length)
})
