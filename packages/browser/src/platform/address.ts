import { attempt } from './attempt.ts'

/** An address as a whole one. Not by the document's base address, which `<base href>` may set to another site. */
export function absolute(address: string): string {
  return attempt(() => new URL(address, location.href).href) ?? address
}
