import type { Manifest } from './packages.ts'

/** Where the project lives. An assumption until it is published: it stands here and in the manifests, which are held to it. */
export const REPOSITORY = 'https://github.com/threadline-js/threadline'

/** What is missing from a package's page on npm, where links between files of this repository lead nowhere. */
export function npmPageProblems(manifest: Manifest, readme: string | undefined): string[] {
  const folder = `packages/${manifest.name.replace('@threadline/', '')}`
  const problems: string[] = []
  if (!manifest.description) problems.push('no description')
  if (!manifest.keywords?.length) problems.push('no keywords')
  if (manifest.homepage !== `${REPOSITORY}/tree/main/${folder}#readme`) problems.push(`homepage is not ${folder}`)
  if (manifest.bugs !== `${REPOSITORY}/issues`) problems.push('bugs does not name the issues of the repository')
  // npm refuses a provenance statement when the repository differs from the one that published.
  if (manifest.repository?.url !== `git+${REPOSITORY}.git` || manifest.repository.directory !== folder) {
    problems.push(`repository is not ${folder} of ${REPOSITORY}`)
  }
  if (readme === undefined) return [...problems, 'no README.md']
  return [
    ...problems,
    ...relativeLinks(readme).map((target) => `README.md links to ${target}, which npm does not show`),
  ]
}

/** Targets of links inside the repository, without their fragments. Links in code are not links. */
export function relativeLinks(text: string): string[] {
  return linkTargets(text).filter((target) => !/^[a-z]+:/.test(target))
}

/** The same for links that name a file of the repository by its address on the web. */
export function repositoryLinks(text: string): string[] {
  return linkTargets(text).flatMap((target) => {
    const [, path] = new RegExp(`^${REPOSITORY}/(?:blob|tree)/main/(.+)$`).exec(target) ?? []
    return path === undefined ? [] : [path]
  })
}

function linkTargets(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '')
}
