import { captureSignedUp } from '@threadline/server'
import { track } from '../../threadline.ts'
import { userIdOf } from '../user-id.ts'

export async function POST(request: Request): Promise<Response> {
  const userId = userIdOf(new URLSearchParams(await request.text()).get('email') ?? '')
  // Delivered after the response, by Next's `after`.
  captureSignedUp(await track(), { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
  return Response.json({ userId })
}
