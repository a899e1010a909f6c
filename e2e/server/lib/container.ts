import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { NODE } from './run-program.ts'

/** Node in a process table of its own, as process 1, with the host name and the disk of everybody else. */
export const CONTAINER = {
  file: 'unshare',
  args: ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child', NODE.file, ...NODE.args],
}

/** Whether this machine lets its users make such a table. */
export function canUnshare(): boolean {
  return spawnSync(CONTAINER.file, [...CONTAINER.args.slice(0, 6), 'true']).status === 0
}

/** The id that the container's process 1 has out here. */
export function outerPid(container: number): number {
  return Number(readFileSync(`/proc/${container}/task/${container}/children`, 'utf8').trim())
}
