import type { CaptureHook } from '../contract/settings.ts'

/**
 * An `onCapture` hook that drops the events of browsers that are driven by a program: end-to-end tests, monitors and bots
 * that do not hide it. Without it they are sent, with `context.automated`. `onDrop` is told `hook_dropped`.
 */
export const dropAutomated: CaptureHook = (event) => (event.context?.automated ? null : event)
