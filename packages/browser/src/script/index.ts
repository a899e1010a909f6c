// The build for sites without a bundler: a classic script that becomes `window.threadline`.
import './stub.js'
import * as singleton from '../api/singleton.ts'
import * as captures from '../api/standard-captures.ts'
import { withoutFragment } from '../page/page-context.ts'
import { pageLeave } from '../page/page-leave.ts'
import { trackAttributes } from '../page/track-attributes.ts'
import { loadDebugBuild } from './debug-build.ts'
import { readOptions } from './options.ts'

/** When and where the page called something before the script was there. */
interface StubMoment {
  readonly timestamp: number
  readonly url: string
  readonly path: string
  readonly title: string
}

/** What the page's stub collected: when and where, names of functions, what they were called with. */
type StubCall = readonly [moment: StubMoment, name: string, ...args: unknown[]]

const { inPast, ...functions } = singleton
const api: { readonly [name: string]: unknown } = { ...functions, ...captures, pageLeave, trackAttributes }
const page: { threadline?: { readonly q?: readonly StubCall[] } & typeof api } & typeof globalThis = globalThis

/** The element that loads this script. A module does not know its own. */
function ownTag(): HTMLScriptElement | null {
  const { currentScript } = document
  return currentScript instanceof HTMLScriptElement
    ? currentScript
    : document.querySelector<HTMLScriptElement>('script[src][data-key^="pk_"]')
}

/** Becomes the client, and plays what was called before. */
function start(tag: HTMLScriptElement | null, calls: readonly StubCall[]): void {
  page.threadline = api
  if (tag?.dataset['key']) {
    const parts = [
      ...(tag.dataset['pageLeave'] === 'true' ? [pageLeave] : []),
      ...(tag.dataset['attributes'] === 'true' ? [trackAttributes] : []),
    ]
    singleton.init({ ...readOptions(tag.dataset), parts })
  }
  for (const [{ timestamp, url, ...place }, name, ...args] of calls) {
    const call = api[name]
    // What was called happened then and there, not now and here.
    const moment = { ...place, timestamp: new Date(timestamp), url: withoutFragment(url) }
    if (typeof call === 'function') inPast(moment, () => call(...args))
  }
}

// A second tag, or one that a framework runs again: the page has its client.
const calls = page.threadline?.q
if (calls) {
  const tag = ownTag()
  const begin = () => {
    if (page.threadline?.q) start(tag, calls)
  }
  if (tag?.dataset['debug'] === 'true' && tag.src.includes('threadline.js')) loadDebugBuild(tag, begin)
  else begin()
}
