// The one global that destinations need besides the language: every runtime has it. Neither DOM nor Node types are here.

declare class URL {
  constructor(url: string)
  readonly hostname: string
  readonly searchParams: { has(name: string): boolean }
}
