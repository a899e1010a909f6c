// Fails when a package imports against the dependency direction, or a Node module where there is no Node.
import { boundaryProblems } from './lib/boundaries.ts'
import { publishedPackages } from './lib/packages.ts'

let failed = false
for (const published of publishedPackages()) {
  const problems = await boundaryProblems(published)
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${published.manifest.name}`)
  for (const problem of problems) console.log(`     ${problem}`)
  failed ||= problems.length > 0
}
process.exitCode = failed ? 1 : 0
