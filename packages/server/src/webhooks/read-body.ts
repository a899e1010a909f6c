/** A body as text, or `undefined` as soon as it is over `maxBytes`: what is too large is not read to its end. */
export async function readBody(request: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length')) > maxBytes) {
    await request.body?.cancel()
    return undefined
  }
  const reader = request.body?.getReader()
  if (!reader) return ''
  // Never fails: a signature over bytes that are not UTF-8 does not match then.
  const decoder = new TextDecoder()
  let text = ''
  let total = 0
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    total += chunk.value.byteLength
    if (total > maxBytes) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(chunk.value, { stream: true })
  }
  return text + decoder.decode()
}
