import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { Ask } from './ask.ts'
import type { Arguments, Tool } from './tool.ts'

/** Nobody's model reads more. What an agent holds at once is far less. */
const MAX_ANSWER_LENGTH = 1_000_000

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

const answered = z.record(z.string(), z.unknown())

/** Calls a tool. Whatever goes wrong is an answer, which says what to do and never how the collector is made. */
export async function callTool(tool: Tool, args: Arguments, ask: Ask): Promise<CallToolResult> {
  const checked = tool.input.safeParse(args)
  if (!checked.success) return failed(`invalid arguments: ${checked.error.issues.map(told).join('; ')}`)
  let response: Response
  let text: string
  try {
    response = await ask(tool.asked(args))
    text = await response.text()
  } catch {
    return failed('unavailable: the collector cannot be reached')
  }
  const body = parsed(text)
  if (!response.ok) return refused(response, body)
  const answer = answered.safeParse(body)
  if (!answer.success) return failed('unavailable: what answers is no collector')
  if (text.length > MAX_ANSWER_LENGTH) {
    return failed(`the answer has ${text.length} characters: ask for a smaller limit, fewer days or more filters`)
  }
  return { content: [{ type: 'text', text }], structuredContent: answer.data }
}

function refused(response: Response, body: unknown): CallToolResult {
  const told = refusal.safeParse(body)
  if (!told.success) return failed(`unavailable: the collector answers ${response.status}`)
  const { code, message } = told.data.error
  const retryAfter = response.headers.get('retry-after')
  return failed(`${code}: ${message}${retryAfter === null ? '' : ` (Retry-After: ${retryAfter} s)`}`)
}

export function failed(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true }
}

function told({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
