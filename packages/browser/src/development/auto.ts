import type { BrowserConfig } from '../contract/config.ts'
import type { Part } from '../contract/instance.ts'
import * as on from './on.ts'

// What `#development` is where no bundler says which build it makes: `NODE_ENV` says so, if a bundler has replaced it. The
// comparison stands in each function as it is, so that a bundler sees what is dead. Where there is no `process`, as in a page
// without a bundler, it throws, and nothing is said.

declare const process: { readonly env: { readonly NODE_ENV?: string } }

export function developmentParts(): readonly Part[] {
  try {
    if (process.env.NODE_ENV !== 'production') return on.developmentParts()
  } catch {
    // No process.
  }
  return []
}

export function checkConfig(config: BrowserConfig): void {
  try {
    if (process.env.NODE_ENV !== 'production') on.checkConfig(config)
  } catch {
    // No process.
  }
}

export function expectInit(): void {
  try {
    if (process.env.NODE_ENV !== 'production') on.expectInit()
  } catch {
    // No process.
  }
}

export function refuseInit(): void {
  try {
    if (process.env.NODE_ENV !== 'production') on.refuseInit()
  } catch {
    // No process.
  }
}
