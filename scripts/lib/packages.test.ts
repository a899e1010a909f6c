import { describe, expect, test } from 'vitest'
import { type ExportTarget, importPaths, publishedPackages, resolveTarget } from './packages.ts'

describe('resolveTarget', () => {
  const target: ExportTarget = {
    workerd: { import: './edge.js' },
    browser: null,
    node: { import: { types: './node.d.ts', default: './node.js' }, require: './node.cjs' },
    default: { import: './index.js' },
  }

  test.each([
    [['node', 'import'], './node.js'],
    [['node', 'require'], './node.cjs'],
    [['node', 'import', 'types'], './node.d.ts'],
    [['workerd', 'node', 'import'], './edge.js'],
    [['import'], './index.js'],
  ])('%j picks %s', (conditions, file) => {
    expect(resolveTarget(target, conditions)).toBe(file)
  })

  test('a null refuses, and later conditions are not tried', () => {
    expect(resolveTarget(target, ['browser', 'node', 'import'])).toBeUndefined()
  })

  test('a matching condition without a match inside falls through to the next', () => {
    expect(resolveTarget(target, ['workerd', 'require', 'node'])).toBe('./node.cjs')
  })
})

test('every published package offers its own name, or a command', () => {
  for (const published of publishedPackages()) {
    const { name, bin } = published.manifest
    if (bin === undefined) expect(importPaths(published).map(({ path }) => path)).toContain(name)
    else expect(Object.keys(bin)).not.toEqual([])
  }
})
