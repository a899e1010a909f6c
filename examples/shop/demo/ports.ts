import getPort, { portNumbers } from 'get-port'

const HIGHEST = 65_535
const NEXT_TRIED = 20

/** The preferred port of `host`, or the next free one after it, or any; 0 takes any. */
export function freePort(preferred: number, host: string): Promise<number> {
  if (preferred < 1024) return getPort({ port: preferred, host })
  const last = Math.min(preferred + NEXT_TRIED, HIGHEST)
  return getPort({ port: last > preferred ? portNumbers(preferred, last) : preferred, host })
}
