import { createHash } from 'node:crypto'
import { captureSignedUp } from '@threadline/server'
import { track } from '$lib/threadline.ts'
import type { RequestHandler } from './$types.ts'

export const POST: RequestHandler = async (event) => {
  const email = new URLSearchParams(await event.request.text()).get('email') ?? ''
  const userId = `user_${createHash('sha256').update(email).digest('hex').slice(0, 16)}`
  captureSignedUp(track(event), { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
  return Response.json({ userId })
}
