import { fileURLToPath } from 'node:url'
import { type Child, startNode } from '../story/child-process.ts'

export interface CollectorProcess {
  readonly url: string
  readonly child: Child
}

/** Where a collector process keeps its events. */
export type StoreEnv = ({ readonly DATA_DIR: string } | { readonly DATABASE_URL: string }) & {
  /** How far its clock is ahead; behind when negative. */
  readonly CLOCK_OFFSET_MS?: string
  readonly ACCEPT_DATA_LOSS?: '1'
  /** Address of a service that it forwards to. */
  readonly FORWARD_TO?: string
  /** The service counts an event that comes twice twice. */
  readonly FORWARD_DOUBLES?: '1'
}

/** Starts a collector in a process of its own, on a free port and under `node`; resolves when it listens. */
export async function startCollectorProcess(env: StoreEnv, node?: string): Promise<CollectorProcess> {
  const script = fileURLToPath(new URL('run-collector.ts', import.meta.url))
  const child = startNode(['--import', 'tsx', '--conditions=@threadline/source', script], { ...env }, node)
  const [, url = ''] = await child.printed(/listening on (\S+)/)
  return { url, child }
}
