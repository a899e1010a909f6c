import { identify, reset } from '@threadline/browser'
import { post } from './api.ts'
import { identifyAtPeers, resetPeers } from './peers.ts'

interface Session {
  readonly userId: string | null
}

let userId: string | null = null

/** The signed-in user, or null. */
export function currentUser(): string | null {
  return userId
}

/** Asks the shop who is signed in. A shop that does not answer knows nobody. */
export async function loadSession(): Promise<void> {
  try {
    const response = await fetch('/api/session')
    const session: Session = await response.json()
    show(session.userId)
  } catch {
    show(null)
  }
}

/** Signs up with this form's address, and ties what this browser did so far to the user. */
export async function signUp(form: FormData): Promise<void> {
  const session = await post<{ userId: string }>('/api/signup', form)
  identify(session.userId)
  identifyAtPeers(session.userId)
  show(session.userId)
}

/** Signs out. The next visitor of this browser is somebody else. */
export async function signOut(): Promise<void> {
  await post('/api/signout')
  reset()
  resetPeers()
  location.assign('/')
}

function show(id: string | null): void {
  userId = id
  for (const element of document.querySelectorAll<HTMLElement>('[data-signed-in]')) element.hidden = id === null
  for (const element of document.querySelectorAll<HTMLElement>('[data-signed-out]')) element.hidden = id !== null
}
