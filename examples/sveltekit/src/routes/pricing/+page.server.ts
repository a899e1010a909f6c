import type { PageServerLoad } from './$types.ts'

export const load: PageServerLoad = ({ setHeaders }) => {
  // Caches may share it, so the kit sets no id here.
  setHeaders({ 'cache-control': 'public, max-age=300' })
}
