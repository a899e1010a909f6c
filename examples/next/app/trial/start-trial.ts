'use server'

import { captureTrialStarted } from '@threadline/server'
import { redirect } from 'next/navigation'
import { track } from '../../threadline.ts'
import { userIdOf } from '../user-id.ts'

export async function startTrial(form: FormData): Promise<void> {
  const userId = userIdOf(String(form.get('email')))
  // Delivered after the response, by Next's `after`, whatever the action answers.
  captureTrialStarted(await track(), {
    userId,
    eventId: `trial:${userId}`,
    properties: { plan: 'pro', trial_days: 14 },
  })
  redirect(`/trial?started=${userId}`)
}
