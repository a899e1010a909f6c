/** A body's bytes, or `undefined` as soon as they are over `maxBytes`: what is too large is not read to its end. */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers.get('content-length')) > maxBytes) {
    await request.body?.cancel()
    return undefined
  }
  const reader = request.body?.getReader()
  const chunks: Uint8Array[] = []
  let total = 0
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    total += chunk.value.byteLength
    if (total > maxBytes) {
      await reader?.cancel()
      return undefined
    }
    chunks.push(chunk.value)
  }
  return joined(chunks, total)
}

export function joined(chunks: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(total)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
