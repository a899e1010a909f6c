// Captures in small groups for as long as it lives. Prints how many it had captured a tenth of a second ago: those have
// been written, whatever happens now. Prints what goes wrong with the spool as well.

import { createServerClient } from '@threadline/server'

const [host = '', dir = '', from = '0', groupSize = '25'] = process.argv.slice(2)
const client = createServerClient({
  key: 'sk_test',
  host,
  spool: { dir },
  onError: ({ code, message }) => {
    if (code === 'spool_failed') process.stdout.write(`${message}\n`)
  },
})
let captured = Number(from)
setInterval(() => {
  const written = captured
  setTimeout(() => process.stdout.write(`written ${written}\n`), 100)
  for (let index = 0; index < Number(groupSize); index += 1) {
    client.capture({ event: 'request_served', userId: 'user_42', eventId: `request_${captured}` })
    captured += 1
  }
}, 5)
