import { cloneTemplate, find } from './dom.ts'
import { enterCheckout } from './pages/checkout.ts'
import { enterPricing } from './pages/pricing.ts'
import { enterSignup } from './pages/signup.ts'
import { viewAtPeers } from './peers.ts'

interface Page {
  readonly template: string
  readonly title: string
  /** Fills in the page and wires it; may ask the shop. */
  readonly enter?: (main: HTMLElement, navigate: Navigate) => void | Promise<void>
}

/** Goes to another page of the shop without loading it anew. */
export type Navigate = (path: string) => void

const PAGES: Readonly<Record<string, Page>> = {
  '/': { template: 'home', title: 'Northbound Coffee' },
  '/pricing': { template: 'pricing', title: 'Plans · Northbound Coffee', enter: enterPricing },
  '/signup': { template: 'signup', title: 'Sign up · Northbound Coffee', enter: enterSignup },
  '/checkout': { template: 'checkout', title: 'Checkout · Northbound Coffee', enter: enterCheckout },
  '/thanks': { template: 'thanks', title: 'Thank you · Northbound Coffee' },
}

const MISSING: Page = { template: 'missing', title: 'Not found · Northbound Coffee' }

/** Shows the page of the current URL, and turns links between pages into history navigation. */
export function startRouter(): void {
  addEventListener('popstate', () => void show())
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const plainClick = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (!link || !plainClick || link.origin !== location.origin || !(link.pathname in PAGES) || link.hash !== '') return
    event.preventDefault()
    navigate(link.pathname + link.search)
  })
  void show()
}

function navigate(path: string): void {
  history.pushState(null, '', path)
  void show().then(() => {
    scrollTo({ top: 0 })
    // Screen readers announce the new page by its heading.
    find(document, 'main h1').focus()
  })
}

async function show(): Promise<void> {
  const page = PAGES[location.pathname] ?? MISSING
  const main = find(document, 'main')
  document.title = page.title
  main.replaceChildren(cloneTemplate(page.template))
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  // The SDK notes the page view when the script that navigated is done; what the page captures comes after it.
  await Promise.resolve()
  viewAtPeers()
  await page.enter?.(main, navigate)
}
