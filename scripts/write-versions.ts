// Writes each package's version into its `src/version.ts`, where it has one: the last step of a release's versioning.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages } from './lib/packages.ts'

for (const { folder, manifest } of publishedPackages()) {
  const file = join(folder, 'src/version.ts')
  if (!existsSync(file)) continue
  const source = readFileSync(file, 'utf8')
  writeFileSync(file, source.replace(/VERSION = '[^']*'/, `VERSION = '${manifest.version}'`))
}
