import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { relativeLinks, repositoryLinks } from '../../scripts/lib/npm-page.ts'
import { root } from '../../scripts/lib/packages.ts'
import { pages } from './pages.ts'

test('every link between the files of the repository leads somewhere', () => {
  const all = pages()
  expect(all.map(({ path }) => path)).toContain('README.md')
  const dead = all.flatMap(({ path, text }) =>
    [...relativeLinks(text).map((target) => join(dirname(path), target)), ...repositoryLinks(text)]
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${path}: ${target}`),
  )
  expect(dead).toEqual([])
})
