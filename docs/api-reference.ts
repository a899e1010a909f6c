// `pnpm docs` runs this first: makes the pages of the API reference from the docstrings of everything that packages export.
import { join } from 'node:path'
import { Application, type ProjectReflection } from 'typedoc'
import { REPOSITORY } from '../scripts/lib/npm-page.ts'
import { importPaths, publishedPackages, resolveTarget, root } from '../scripts/lib/packages.ts'

/** The source of each import path, as Node resolves it: the pages bear the names that one writes after `from`. */
const sources = new Map(
  publishedPackages().flatMap((published) =>
    importPaths(published).flatMap(({ path, target }) => {
      const source = resolveTarget(target, ['@threadline/source', 'node'])
      return source === undefined ? [] : [[join(published.folder, source), path] as const]
    }),
  ),
)

const app = await Application.bootstrapWithPlugins({
  entryPoints: [...sources.keys()],
  tsconfig: join(import.meta.dirname, 'tsconfig.api.json'),
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  // The check of types is `pnpm typecheck`'s.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  readme: 'none',
  githubPages: false,
  disableGit: true,
  basePath: root,
  sourceLinkTemplate: `${REPOSITORY}/blob/main/packages/{path}#L{line}`,
  validation: { notExported: false, invalidLink: true },
  groupOrder: ['Functions', 'Variables', 'Interfaces', 'Type Aliases', 'Classes'],
  logLevel: 'Warn',
  // A link that leads nowhere, or a parameter that is not there any more.
  treatWarningsAsErrors: true,
})
// Options of plugins, which TypeDoc's own types do not know.
for (const [name, value] of Object.entries({
  docsRoot: import.meta.dirname,
  out: join(import.meta.dirname, 'api'),
  router: 'module',
  entryFileName: 'index',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true, hideSources: true },
  useCodeBlocks: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  sidebar: { autoConfiguration: true, format: 'vitepress', pretty: true },
})) {
  app.options.setValue(name, value)
}

const project = await app.convert()
if (!project) throw new Error('no API reference: TypeDoc could not read the packages')
nameAfterImportPaths(project)
app.validate(project)
await app.generateOutputs(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1

function nameAfterImportPaths({ children }: ProjectReflection): void {
  for (const module of children ?? []) {
    const file = module.sources?.[0]?.fullFileName
    const path = file === undefined ? undefined : sources.get(file)
    if (path !== undefined) module.name = path
  }
}
