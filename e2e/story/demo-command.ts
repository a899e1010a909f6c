import { readFile } from 'node:fs/promises'
import { type Child, startNode } from './child-process.ts'

/** The demo as `pnpm demo` runs it, on free ports and in a folder of its own, once it has said where it listens. */
export async function startDemoCommand(dataDir: string, options: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const { scripts }: { scripts: { demo: string } } = JSON.parse(await readFile('package.json', 'utf8'))
  const [node, ...args] = scripts.demo.split(' ')
  if (node !== 'node') throw new Error(`The demo script is expected to run node, not ${node}`)
  const child = startNode(
    [...args, '--collector-port', '0', '--shop-port', '0', '--data-dir', dataDir, ...options],
    env,
  )
  const collectorUrl = await urlOf(child, 'collector')
  const shopUrl = await urlOf(child, 'shop')
  return { child, collectorUrl, shopUrl }
}

async function urlOf(child: Child, name: string): Promise<string> {
  const [, url = ''] = await child.printed(new RegExp(`^ *${name} +(http://\\S+)$`, 'm'))
  return url
}
