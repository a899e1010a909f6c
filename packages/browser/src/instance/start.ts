import { ThreadlineError } from '@threadline/core'
import { threadlineInBody } from '@threadline/destinations/threadline'
import type { BrowserConfig } from '../contract/config.ts'
import type { Instance, Part } from '../contract/instance.ts'
import { documentFact, listen } from '../platform/page-globals.ts'
import { createInstance } from './create-instance.ts'

/** Gives the instance, which it makes when it is called first. */
export type Begin = () => Instance

/**
 * Starts a client: checks its configuration and listens to the page, and leaves all else to a task of its own, so that
 * the script that starts it is not held up. Who cannot wait calls what is returned.
 *
 * @param onBegin - Called once, when the instance has begun.
 * @returns `undefined` where there is no page (SSR, workers).
 */
export function start(
  config: BrowserConfig,
  parts: readonly Part[],
  onBegin?: (instance: Instance) => void,
): Begin | undefined {
  if (typeof document === 'undefined') return undefined
  const { key = '', host = '', destination = threadlineInBody({ host, key }) } = config
  if (destination.secret) throw new ThreadlineError('secret_key_in_browser', destination.name)
  let instance: Instance | undefined

  function begin(): Instance {
    if (instance) return instance
    instance = createInstance(config, destination)
    instance.begin([...(config.parts ?? []), ...parts])
    onBegin?.(instance)
    return instance
  }

  listen(document, 'visibilitychange', () => begin()[documentFact('hidden') ? 'hide' : 'show']())
  listen(window, 'pagehide', () => {
    begin().hide()
    begin().emit('left')
  })
  listen(window, 'pageshow', (event) => {
    if ('persisted' in event && event.persisted) begin().emit('restored')
  })
  listen(window, 'online', () => begin().show(true))
  setTimeout(begin)
  return begin
}
