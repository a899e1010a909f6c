import type { BrowserConfig } from '../contract/config.ts'
import type { Part } from '../contract/instance.ts'
import { configProblems } from './config-problems.ts'
import { development } from './development.ts'
import { warn } from './warn.ts'

// What `#development` is in a development build. Its imports and exports are those of `off.ts` and `auto.ts`.

/** How long calls may wait for `init` before that is a mistake, in milliseconds. */
const INIT_DEADLINE_MS = 5_000

let deadline: ReturnType<typeof setTimeout> | undefined

/** The parts that a client has besides. */
export function developmentParts(): readonly Part[] {
  return [development]
}

/** A client is about to start. */
export function checkConfig(config: BrowserConfig): void {
  clearTimeout(deadline)
  for (const problem of configProblems(config, location)) warn(problem)
}

/** Something was called, and waits for `init`. */
export function expectInit(): void {
  deadline ??= setTimeout(
    () =>
      warn(
        'events wait for init, which was not called on this page, and are lost with it. Call init({ key, host }) once.',
      ),
    INIT_DEADLINE_MS,
  )
}

/** `init` was called when the page had a client. */
export function refuseInit(): void {
  warn('init was called a second time, and its options are ignored. Call it once, in a module of its own.')
}
