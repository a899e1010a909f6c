import { type Destination, ThreadlineError } from '@threadline/core'
import { threadlineInBody } from '@threadline/destinations/threadline'
import { checkConfig } from '#development'
import type { BrowserConfig } from '../contract/config.ts'
import type { Instance, PageMemory, Part } from '../contract/instance.ts'
import { documentFact, listen } from '../platform/page-globals.ts'
import { isPrerendering } from '../platform/prerendering.ts'
import { VERSION } from '../version.ts'
import { createInstance } from './create-instance.ts'
import { pageClient, type Running } from './page-clients.ts'

/**
 * Starts a client: checks its configuration and listens to the page, and leaves all else to a task of its own, so that
 * the script that starts it is not held up, and to the moment at which a prerendered page is shown. Who cannot wait calls
 * what is returned.
 *
 * A page has one client for one service, key and visitor: what starts it again joins it.
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
  const client = pageClient(config, destination)
  const { running, version } = client
  if (!running) {
    client.version = VERSION
    client.running = launch({ config, destination, parts, memory: client }, onBegin)
    client.running.signal.addEventListener('abort', () => {
      client.running = undefined
    })
    return client.running
  }
  if (version === VERSION) {
    running.soon(onBegin)
    return running
  }
  // What it would do by itself the other one does already; what is captured through it must not be lost.
  const apart = { config: { ...config, parts: [], pageviews: false }, destination, parts, memory: {} }
  return launch(apart, (instance) => {
    onBegin(instance)
    const message = `version ${version} is on this page, so version ${VERSION} captures nothing by itself`
    instance.emit('failed', new ThreadlineError('already_started', message))
  })
}

interface Launch {
  readonly config: BrowserConfig
  readonly destination: Destination
  readonly parts: readonly Part[]
  readonly memory: PageMemory
}

function launch({ config, destination, parts, memory }: Launch, onBegin: (instance: Instance) => void): Running {
  const life = new AbortController()
  const { signal } = life
  let instance: Instance | undefined
  let waiting = [onBegin]

  function begin(): Instance | undefined {
    if (instance ?? (signal.aborted || isPrerendering())) return instance
    instance = createInstance(config, destination, { life, memory })
    instance.begin([...(config.parts ?? []), ...parts])
    for (const call of waiting) call(instance)
    waiting = []
    return instance
  }

  /** Hears of what happens before the instance has begun, too. */
  function on(target: EventTarget, type: string, listener: (begun: Instance, event: Event) => void): void {
    const heard = (event: Event) => {
      const begun = begin()
      if (begun) listener(begun, event)
    }
    listen(target, type, heard, { signal })
  }

  on(document, 'visibilitychange', (begun) => begun[documentFact('hidden') ? 'hide' : 'show']())
  on(window, 'pagehide', (begun) => {
    begun.hide()
    begun.emit('left')
  })
  on(window, 'pageshow', (begun, event) => {
    if ('persisted' in event && event.persisted) begun.emit('restored')
  })
  on(window, 'online', (begun) => begun.show(true))
  on(document, 'prerenderingchange', () => undefined)
  setTimeout(begin)

  return {
    signal,
    begin,
    soon(call) {
      if (instance) call(instance)
      else waiting.push(call)
    },
    end() {
      if (instance) instance.destroy()
      else life.abort()
    },
  }
}
