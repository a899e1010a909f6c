/** The part of Bun that is used here; `bun-types` has all of it. */
declare const Bun: {
  serve(options: {
    port: number
    hostname: string
    fetch(request: Request, server: object): Response | Promise<Response>
  }): {
    readonly port: number
    stop(): Promise<void>
  }
}
