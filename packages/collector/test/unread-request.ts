/** A request, and whether anything of its body was asked for yet. */
export interface UnreadRequest {
  readonly request: Request
  wasRead(): boolean
}

/** A POST whose body tells when it is read. It is no JSON. */
export function unreadRequest(path: string, headers: { readonly [name: string]: string }): UnreadRequest {
  let read = false
  const body = new ReadableStream(
    {
      pull(controller) {
        read = true
        controller.enqueue(new TextEncoder().encode('{'))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  // Not all types of fetch know that a stream is sent before its answer is read.
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, duplex: 'half' }
  return { request: new Request(`http://collector.test${path}`, init), wasRead: () => read }
}
