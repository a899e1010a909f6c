import { createHash } from 'node:crypto'
import { captureSignedUp } from '@threadline/server'
import { track } from '../../threadline.ts'

export async function POST(request: Request): Promise<Response> {
  const email = new URLSearchParams(await request.text()).get('email') ?? ''
  const userId = `user_${createHash('sha256').update(email).digest('hex').slice(0, 16)}`
  // Delivered after the response, by Next's `after`.
  captureSignedUp(await track(), { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
  return Response.json({ userId })
}
