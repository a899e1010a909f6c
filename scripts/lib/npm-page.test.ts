import { expect, test } from 'vitest'
import { npmPageProblems, REPOSITORY, relativeLinks, repositoryLinks } from './npm-page.ts'
import type { Manifest } from './packages.ts'

const whole: Manifest = {
  name: '@threadline/core',
  version: '0.0.0',
  description: 'A queue.',
  keywords: ['queue'],
  homepage: `${REPOSITORY}/tree/main/packages/core#readme`,
  bugs: `${REPOSITORY}/issues`,
  repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: 'packages/core' },
  exports: {},
}

test('a whole page has no problems', () => {
  expect(npmPageProblems(whole, `[docs](${REPOSITORY}/blob/main/docs/index.md)`)).toEqual([])
})

test('says what is missing', () => {
  const { name, version, exports } = whole
  expect(npmPageProblems({ name, version, exports }, undefined)).toEqual([
    'no description',
    'no keywords',
    'homepage is not packages/core',
    'bugs does not name the issues of the repository',
    `repository is not packages/core of ${REPOSITORY}`,
    'no README.md',
  ])
})

test('finds a link that leads nowhere on npm', () => {
  expect(npmPageProblems(whole, '[docs](../../docs/index.md)')).toEqual([
    'README.md links to ../../docs/index.md, which npm does not show',
  ])
})

test('tells links of the repository from those in code and on the web', () => {
  const text = `[a](./b.md#c) \`[x](y)\` [web](https://example.com) [here](#d) [e](${REPOSITORY}/blob/main/f.md#g)\n\`\`\`md\n[x](z)\n\`\`\`\n`
  expect(relativeLinks(text)).toEqual(['./b.md'])
  expect(repositoryLinks(text)).toEqual(['f.md'])
})
