import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'
import { pages } from './pages.ts'

/** Targets of links inside the repository, without their fragments. Links in code are not links. */
function relativeLinks(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

test('every link between the files of the repository leads somewhere', () => {
  const all = pages()
  expect(all.map(({ path }) => path)).toContain('README.md')
  const dead = all.flatMap(({ path, text }) =>
    relativeLinks(text)
      .filter((target) => !existsSync(join(root, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  )
  expect(dead).toEqual([])
})

test('a dead link would be found, and one in code would not', () => {
  expect(relativeLinks('[a](./b.md#c) `[x](y)` [web](https://example.com) [here](#d)\n```md\n[x](z)\n```\n')).toEqual([
    './b.md',
  ])
})
