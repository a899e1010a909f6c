import type * as on from './on.ts'

// What `#development` is in a production build: nothing that a bundler would keep.

export function developmentParts(): ReturnType<typeof on.developmentParts> {
  return []
}
export function checkConfig(_config: Parameters<typeof on.checkConfig>[0]): void {
  // Nothing.
}
export function expectInit(): void {
  // Nothing.
}
export function refuseInit(): void {
  // Nothing.
}
