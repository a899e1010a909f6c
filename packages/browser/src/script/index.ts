// The build for sites without a bundler: a classic script that becomes `window.threadline`.

import * as singleton from '../api/singleton.ts'
import * as captures from '../api/standard-captures.ts'
import { pageLeave } from '../page/page-leave.ts'
import { trackAttributes } from '../page/track-attributes.ts'
import { readOptions } from './options.ts'

/** What the page's stub collected before the script was there: names of functions and what they were called with. */
type StubCall = readonly [name: string, ...args: unknown[]]

const api: { readonly [name: string]: unknown } = { ...singleton, ...captures, pageLeave, trackAttributes }
const page: { threadline?: { readonly q?: readonly StubCall[] } & typeof api } & typeof globalThis = globalThis
const calls = page.threadline?.q ?? []
page.threadline = api

const tag = document.currentScript
if (tag instanceof HTMLScriptElement && tag.dataset['key']) {
  const parts = [
    ...(tag.dataset['pageLeave'] === 'true' ? [pageLeave] : []),
    ...(tag.dataset['attributes'] === 'true' ? [trackAttributes] : []),
  ]
  singleton.init({ ...readOptions(tag.dataset), parts })
}
for (const [name, ...args] of calls) {
  const call = api[name]
  if (typeof call === 'function') call(...args)
}
