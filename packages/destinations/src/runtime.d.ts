// The one global that destinations need besides the language: every runtime has it. Neither DOM nor Node types are here.

declare class URL {
  constructor(url: string)
  readonly protocol: string
  readonly origin: string
  readonly hostname: string
  readonly pathname: string
  readonly searchParams: { has(name: string): boolean }
}
