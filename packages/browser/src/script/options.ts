import type { BrowserConfig } from '../contract/config.ts'
import type { ConsentChoice, PageviewRule } from '../contract/settings.ts'
import { dropAutomated } from '../page/automation.ts'
import { byHash, byPath, byQuery } from '../page/pageview-rules.ts'

/** What `data-pageviews` may say besides `false`. */
const RULES: { readonly [name: string]: PageviewRule } = { hash: byHash, path: byPath, query: byQuery }
const CHOICES: readonly ConsentChoice[] = ['granted', 'denied', 'pending']

/** The client's options as a script tag's `data-*` attributes have them. What is not understood is left out. */
export function readOptions({ key, host, ...data }: DOMStringMap): BrowserConfig {
  const flushAt = Number(data['flushAt'])
  const flushIntervalMs = Number(data['flushIntervalMs'])
  const consent = CHOICES.find((choice) => choice === data['consent'])
  const by = RULES[data['pageviews'] ?? '']
  const adoptIds = data['adoptIds']?.split(/[\s,]+/)
  return {
    ...(key && { key }),
    ...(host && { host }),
    ...(flushAt > 0 && { flushAt }),
    ...(flushIntervalMs > 0 && { flushIntervalMs }),
    ...(consent && { consent }),
    ...(adoptIds && { adoptIds }),
    ...(data['cookieDomain'] && { cookieDomain: data['cookieDomain'] }),
    ...(data['pageviews'] === 'false' && { pageviews: false }),
    ...(by && { pageviews: { by } }),
    ...(data['dropAutomated'] === 'true' && { onCapture: dropAutomated }),
    ...(data['honorGpc'] === 'false' && { honorGpc: false }),
    ...(data['honorDnt'] === 'true' && { honorDnt: true }),
  }
}
