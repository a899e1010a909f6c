import type { Part } from '../contract/instance.ts'
import { pageUrl } from './page-context.ts'

/**
 * A part that sends the fragment of addresses as well: `#pricing` of `/plans#pricing`. Hash routes (`#/cart`, `#!/cart`) are
 * sent without it; others are not, since a fragment is where sign-in services put tokens.
 */
export const fragments: Part = () => ({
  enrich: ({ url }) => (url === pageUrl() ? { url: location.href } : undefined),
})
