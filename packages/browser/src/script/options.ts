const CHOICES: readonly ConsentChoice[] = ['granted', 'denied', 'pending']

/** The client's options as a script tag's `data-*` attributes have them. What is not understood is left out. */
import type { BrowserConfig } from '../contract/config.ts'
import type { ConsentChoice } from '../contract/settings.ts'
export function readOptions({ key, host, ...data }: DOMStringMap): BrowserConfig {
  const flushAt = Number(data['flushAt'])
  const flushIntervalMs = Number(data['flushIntervalMs'])
  const consent = CHOICES.find((choice) => choice === data['consent'])
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
    ...(data['honorGpc'] === 'false' && { honorGpc: false }),
    ...(data['honorDnt'] === 'true' && { honorDnt: true }),
  }
}
