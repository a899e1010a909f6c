// Lints every package as it would be uploaded: its page on npm, publint and "are the types wrong?" over the packed tarballs.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { npmPageProblems } from './lib/npm-page.ts'
import { type PackedPackage, packAll } from './lib/pack.ts'
import { root } from './lib/packages.ts'

/** Problems that publint finds, suggestions included. */
async function publintProblems({ tarball }: PackedPackage): Promise<string[]> {
  const file = readFileSync(tarball)
  const { messages, pkg } = await publint({
    pack: { tarball: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) },
    strict: true,
  })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`)
}

/** attw's report when it has something to say. `node16` leaves out the resolution of Node 10, which knows no `exports`. */
function typeProblems({ tarball, manifest }: PackedPackage): string[] {
  // For script tags: nobody imports them, so they have no types.
  const scripts = Object.keys(manifest.exports ?? {}).filter((path) => path.endsWith('.js'))
  const attw = join(root, 'node_modules/.bin/attw')
  const excluded = scripts.length > 0 ? ['--exclude-entrypoints', ...scripts] : []
  const options = ['--profile', 'node16', '--no-emoji', '--no-color', ...excluded]
  const run = spawnSync(attw, [tarball, ...options], { encoding: 'utf8' })
  return run.status === 0 ? [] : [`attw: ${run.stdout}${run.stderr}`]
}

function pageProblems({ folder, manifest }: PackedPackage): string[] {
  const readme = join(folder, 'README.md')
  return npmPageProblems(manifest, existsSync(readme) ? readFileSync(readme, 'utf8') : undefined)
}

let failed = false
for (const packed of packAll(join(root, 'node_modules/.cache/threadline-packs'))) {
  const problems = [...pageProblems(packed), ...(await publintProblems(packed)), ...typeProblems(packed)]
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${packed.manifest.name}`)
  for (const problem of problems) console.log(`     ${problem}`)
  failed ||= problems.length > 0
}
process.exitCode = failed ? 1 : 0
