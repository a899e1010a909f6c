import { spawnSync } from 'node:child_process'

/** Why these tests do not run here, or undefined when they do. In CI a missing program is a failure. */
export function fileSizeLimitMissing(): string | undefined {
  if (spawnSync('prlimit', ['--version']).status === 0 || process.env['CI'] === 'true') return undefined
  return 'prlimit, of util-linux, is not installed here'
}

/**
 * Lets a process write at most so many bytes into any file, or all it wants again: the kernel then refuses writes as a full disk
 * does, and no root is needed. A process that has ended is not limited; one that it starts later inherits the limit.
 */
export function limitFileSize(pid: number, bytes: number | 'unlimited', user: { readonly uid?: number } = {}): void {
  spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`], user)
}
