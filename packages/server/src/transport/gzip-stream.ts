/** gzip through `CompressionStream`; undefined in a runtime that lacks it. */
export function gzipWithStream(): ((text: string) => Promise<Uint8Array<ArrayBuffer>>) | undefined {
  if (typeof CompressionStream === 'undefined') return undefined
  return async (text) => {
    const stream = new CompressionStream('gzip')
    const writer = stream.writable.getWriter()
    // Not awaited before reading: a stream that is not read stops taking. A failure shows at the reading end as well.
    const written = Promise.all([writer.write(new TextEncoder().encode(text)), writer.close()]).catch(() => undefined)
    const compressed = new Uint8Array(await new Response(stream.readable).arrayBuffer())
    await written
    return compressed
  }
}
