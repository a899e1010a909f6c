import { getAnonymousId, init } from '@threadline/browser'
import { find } from './dom.ts'
import { startPeers } from './peers.ts'
import { startRouter } from './router.ts'
import { loadSession, signOut } from './session.ts'

// The shop's own `/t` passes events on to the collector. `pk_` keys are public: they can only write.
init({ key: 'pk_demo', host: '/t' })

find(document, '[data-visitor]').textContent = getAnonymousId() ?? 'nobody'
find(document, '[data-action="sign-out"]').addEventListener('click', () => void signOut())

await loadSession()
await startPeers(getAnonymousId())
startRouter()
