import type { TrackEvent } from '@threadline/schema'
import type { CaptureHook } from '../contract/settings.ts'

/** Several `onCapture` hooks as one: each sees what the one before it returned, until one returns `null`. */
export function chain(...hooks: readonly CaptureHook[]): CaptureHook {
  return (event) => {
    let current: TrackEvent | null = event
    for (const hook of hooks) current = current && hook(current)
    return current
  }
}
