'use client'

import { useTrack } from '@threadline/browser/react'
import type { SubmitEvent } from 'react'

/** Works without JavaScript too: the browser then posts the form itself. */
export function SignUpForm() {
  const track = useTrack()

  async function signUp(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const body = new URLSearchParams([['email', String(new FormData(event.currentTarget).get('email'))]])
    const answer = await fetch('/signup', { method: 'POST', body, headers: track.headers() })
    document.title = (await answer.json()).userId
  }

  return (
    <form method="post" action="/signup" onSubmit={signUp}>
      <input name="email" type="email" required />
      <button type="submit">Sign up</button>
    </form>
  )
}
