// The build for sites without a bundler: a classic script that becomes `window.threadline`.
import './stub.js'
import * as singleton from '../api/singleton.ts'
import * as captures from '../api/standard-captures.ts'
import { inPast } from '../page/moment.ts'
import { pageLeave } from '../page/page-leave.ts'
import { trackAttributes } from '../page/track-attributes.ts'
import { loadDebugBuild } from './debug-build.ts'
import { readOptions } from './options.ts'

/** When and where the page was before the script was there. */
interface StubMoment {
  readonly timestamp: number
  readonly url: string
  readonly title: string
  /** Stubs of earlier versions did not note it. */
  readonly entry?: string | number
}

/** What the page's stub collected: when and where, names of functions, what they were called with. */
type StubCall = readonly [moment: StubMoment, name: string, ...args: unknown[]]

interface Stub {
  /** Absent once the client is there. */
  readonly q?: readonly StubCall[]
  /** Where the visitor came to, which stubs of earlier versions did not note. */
  readonly at?: StubMoment
}

const api: { readonly [name: string]: unknown } = { ...singleton, ...captures, pageLeave, trackAttributes }
const page: { threadline?: Stub & typeof api } & typeof globalThis = globalThis

/** The element that loads this script. A module does not know its own. */
function ownTag(): HTMLScriptElement | null {
  const { currentScript } = document
  return currentScript instanceof HTMLScriptElement
    ? currentScript
    : document.querySelector<HTMLScriptElement>('script[src][data-key^="pk_"]')
}

/** When a prerendered page was shown; 0 for any other. */
function shownAt(): number {
  const [navigation] = performance.getEntriesByType('navigation')
  const delayMs = navigation && 'activationStart' in navigation ? Number(navigation.activationStart) : 0
  return delayMs && performance.timeOrigin + delayMs
}

/** Makes a call as of then and there, not of now and here; on a page that was prerendered then, as of when it was shown. */
function callAt({ timestamp, ...place }: StubMoment, call: () => void): void {
  const isSeen = timestamp >= shownAt()
  inPast(isSeen ? { ...place, timestamp: new Date(timestamp) } : { url: place.url }, call)
}

/** Becomes the client, and plays what was called before. */
function start(tag: HTMLScriptElement | null, calls: readonly StubCall[]): void {
  const landing = page.threadline?.at
  page.threadline = api
  if (tag?.dataset['key']) {
    const parts = [
      ...(tag.dataset['pageLeave'] === 'true' ? [pageLeave] : []),
      ...(tag.dataset['attributes'] === 'true' ? [trackAttributes] : []),
    ]
    const init = () => singleton.init({ ...readOptions(tag.dataset), parts })
    if (landing) callAt(landing, init)
    else init()
  }
  for (const [moment, name, ...args] of calls) {
    const call = api[name]
    if (typeof call === 'function') callAt(moment, () => call(...args))
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
