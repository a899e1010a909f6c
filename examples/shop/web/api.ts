/** Posts a form to the shop and gives its JSON answer. Throws an Error whose message may be shown to the visitor. */
export async function post<Answer>(path: string, fields: FormData | Record<string, string> = {}): Promise<Answer> {
  const body = new URLSearchParams()
  for (const [name, value] of fields instanceof FormData ? fields : Object.entries(fields)) {
    if (typeof value === 'string') body.set(name, value)
  }
  let response: Response
  try {
    response = await fetch(path, { method: 'POST', body })
  } catch (cause) {
    throw new Error('The shop cannot be reached. Please try again.', { cause })
  }
  const answer: Answer & { error?: { message: string } } = await response.json()
  if (!response.ok) throw new Error(answer.error?.message ?? 'Something went wrong. Please try again.')
  return answer
}
