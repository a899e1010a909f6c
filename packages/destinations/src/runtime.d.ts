// The globals that destinations need besides the language: every runtime has them. Neither DOM nor Node types are here.

declare class URL {
  constructor(url: string)
  readonly protocol: string
  readonly origin: string
  readonly hostname: string
  readonly pathname: string
  readonly searchParams: { has(name: string): boolean }
}

declare class TextEncoder {
  encode(text: string): Uint8Array
}

declare function btoa(binary: string): string
