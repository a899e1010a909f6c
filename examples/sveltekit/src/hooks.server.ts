import { client, handle as trackVisits } from '$lib/threadline.ts'

export const handle = trackVisits

// adapter-node tells when it has stopped serving.
process.once('sveltekit:shutdown', () => client.shutdown())
