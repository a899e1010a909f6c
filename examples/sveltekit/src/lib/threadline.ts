import { createServerClient } from '@threadline/server'
import { sveltekitKit } from '@threadline/server/sveltekit'

const { THREADLINE_HOST = 'http://localhost:4318', THREADLINE_KEY = 'sk_not_set_yet' } = process.env

export const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })

export const { handle, track } = sveltekitKit({ client, proxy: { path: '/t', host: THREADLINE_HOST } })
