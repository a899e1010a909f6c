import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const shop = fileURLToPath(new URL('..', import.meta.url))
const packages = fileURLToPath(new URL('../../../packages', import.meta.url))

/** Where Vite writes the shop's pages. */
export const SHOP_WEB_ROOT = join(shop, 'dist', 'web')

/** Everything that ends up in the shop's pages. */
const SHOP_INPUTS = [
  join(shop, 'web'),
  join(shop, 'plans.ts'),
  join(shop, 'vite.config.ts'),
  ...['browser', 'core', 'destinations', 'schema'].map((name) => join(packages, name, 'src')),
]

/** Builds the shop's pages with Vite when a source is newer than what was built last. Says whether it built. */
export async function buildFrontEnds(): Promise<boolean> {
  const built = statSync(join(SHOP_WEB_ROOT, 'index.html'), { throwIfNoEntry: false })
  if (built && SHOP_INPUTS.every((input) => newest(input) <= built.mtimeMs)) return false
  await build({ configFile: join(shop, 'vite.config.ts'), logLevel: 'warn' })
  return true
}

/** When the file, or the newest one in the folder, was changed: milliseconds since the epoch. */
function newest(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs)
}
