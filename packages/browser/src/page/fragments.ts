import type { Part } from '../contract/instance.ts'
import { addressOf } from './moment.ts'
import { withoutFragment } from './page-context.ts'

/**
 * A part that sends the fragment of addresses as well: `#pricing` of `/plans#pricing`. Hash routes (`#/cart`, `#!/cart`) are
 * sent without it; others are not, since a fragment is where sign-in services put tokens.
 */
export const fragments: Part = (instance) => ({
  enrich({ url }) {
    const address = addressOf(instance)
    return url === withoutFragment(address) ? { url: address } : undefined
  },
})
