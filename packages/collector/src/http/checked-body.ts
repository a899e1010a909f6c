import type { z } from 'zod'
import { readJsonBody } from './read-body.ts'
import { RequestError } from './request-error.ts'

/**
 * Reads a JSON body of at most `maxBytes` and checks it.
 *
 * @throws {@link RequestError} as {@link readJsonBody} does, and `invalid_request`, naming what is wrong.
 */
export async function readCheckedBody<T>(request: Request, schema: z.ZodType<T>, maxBytes: number): Promise<T> {
  const body = schema.safeParse(await readJsonBody(request, maxBytes))
  if (body.success) return body.data
  const [issue] = body.error.issues
  throw new RequestError('invalid_request', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`)
}
