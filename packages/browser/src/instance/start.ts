import { ThreadlineError } from '@threadline/core'
import { threadlineInBody } from '@threadline/destinations/threadline'
import { checkConfig } from '#development'
import type { BrowserConfig } from '../contract/config.ts'
import type { Instance, Part } from '../contract/instance.ts'
import { fromNow, momentNow } from '../page/moment.ts'
import { attempt } from '../platform/attempt.ts'
import { listen } from '../platform/page-globals.ts'
import { isPrerendering } from '../platform/prerendering.ts'
import { VERSION } from '../version.ts'
import { type Birth, createInstance } from './create-instance.ts'
import { placeOf, type Running } from './page-clients.ts'

/**
 * Starts a client: checks its configuration and listens to the page, and leaves all else to a task of its own, so that
 * the script that starts it is not held up, and to the moment at which a prerendered page is shown. Who cannot wait calls
 * what is returned.
 *
 * A page has one client for one service, key and visitor: what starts it again joins it, and its own configuration and parts
 * are left aside. A bundle of another version joins as well, and says so.
 *
 * @param onBegin - Called once, when the instance has begun.
 * @returns `undefined` where there is no page (SSR, workers).
 */
export function start(
  config: BrowserConfig,
  parts: readonly Part[],
  onBegin: (instance: Instance) => void = () => undefined,
): Running | undefined {
  if (typeof document === 'undefined') return undefined
  checkConfig(config)
  const { key = '', host = '', destination = threadlineInBody({ host, key }) } = config
  if (destination.secret)
    throw new ThreadlineError('secret_key_in_browser', `${destination.name}: secret key in a page`)
  const { client, recordsPrefix } = placeOf(config, destination)
  if (client.running && client.version !== VERSION)
    attempt(() => config.onError?.(new ThreadlineError('already_started', `version ${client.version}`)))
  else client.version = VERSION
  client.running ??= launch(config, parts, { destination, recordsPrefix, memory: client })
  client.running.soon(onBegin)
  return client.running
}

function launch(config: BrowserConfig, parts: readonly Part[], birth: Omit<Birth, 'signal' | 'moment'>): Running {
  const life = new AbortController()
  const moment = momentNow()
  const { signal } = life
  let instance: Instance | undefined
  let waiting: ((instance: Instance) => void)[] = []

  function begin(): Instance | undefined {
    if (instance ?? (signal.aborted || isPrerendering())) return instance
    instance = createInstance(config, { ...birth, signal, moment })
    for (const type of ['visibilitychange', 'pageshow', 'online']) hear(type)
    const begun = instance
    begun.begin([...(config.parts ?? []), ...parts], () => {
      for (const call of waiting) call(begun)
      waiting = []
    })
    return begun
  }

  function hear(type: string): void {
    listen(window, type, (event) => begin()?.reactions[type]?.(event), { signal })
  }

  // The page may end before the instance has begun. All other listeners wait until then: to add one takes as long as the rest.
  hear('pagehide')
  if (isPrerendering()) listen(document, 'prerenderingchange', begin, { signal })
  // What was captured until then need not wait for a task of its own.
  setTimeout(() => begin()?.queue.wake())

  return {
    signal,
    begin,
    end() {
      Object.assign(birth.memory, { running: undefined })
      life.abort()
    },
    soon(call) {
      if (instance) call(instance)
      else waiting.push(fromNow(call))
    },
  }
}
