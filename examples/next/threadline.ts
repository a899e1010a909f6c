import { createServerClient } from '@threadline/server'
import { nextKit } from '@threadline/server/next'

const { THREADLINE_HOST = 'http://localhost:4318', THREADLINE_KEY = 'sk_not_set_yet' } = process.env

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })

export const { middleware, track } = nextKit({ client, proxy: { path: '/t', host: THREADLINE_HOST } })
