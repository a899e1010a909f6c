import { createServerClient } from '@threadline/server'
import { logstash } from './logstash.ts'

const { LOGSTASH_URL = 'http://localhost:8080' } = process.env

await using client = createServerClient({ destination: logstash(LOGSTASH_URL) })
for (const name of ['export', 'import', 'share']) {
  client.capture({ event: 'feature_used', userId: 'user_42', properties: { feature: name } })
}
