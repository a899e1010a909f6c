import { createContext, createElement, type ReactNode, useContext, useEffect } from 'react'
import type { BrowserClient } from '../api/client.ts'

/**
 * Says once which client the app uses, so that `useTrack` is typed by its catalogue:
 *
 * ```ts
 * declare module '@threadline/browser/react' {
 *   interface Register { client: typeof client }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: apps add to it
export interface Register {}

/** The app's client, by {@link Register}; one with the standard catalogue unless it is registered. */
export type TrackClient = Register extends { readonly client: infer Client } ? Client : BrowserClient

const Context = createContext<TrackClient | undefined>(undefined)

/**
 * Gives a client to what is inside. Make the client once, in a module with `'use client'`: it does nothing while the page
 * is rendered on a server.
 */
export function ThreadlineProvider(props: {
  readonly client: TrackClient
  readonly children?: ReactNode | undefined
}): ReactNode {
  return createElement(Context.Provider, { value: props.client }, props.children)
}

/**
 * The client: `useTrack().capture('feature_used', { feature: 'export' })` in an event handler or an effect.
 *
 * @throws TypeError outside a {@link ThreadlineProvider}.
 */
export function useTrack(): TrackClient {
  const client = useContext(Context)
  if (!client) throw new TypeError('useTrack: there is no ThreadlineProvider around this component')
  return client
}

/** The address that each client captured last: in development React runs effects twice. */
const captured = new WeakMap<object, string>()

/**
 * Captures `$pageview` when `address` changes, after React has committed the page, so that its title is the new one. For
 * routers that keep the address in React; give the client `pageviews: false`.
 *
 * @example
 * ```tsx
 * // Next's App Router, in a client component inside <Suspense>
 * usePageviews(`${usePathname()}?${useSearchParams()}`)
 * ```
 */
export function usePageviews(address: string): void {
  const track = useTrack()
  useEffect(() => {
    if (captured.get(track) === address) return
    captured.set(track, address)
    track.page()
  }, [track, address])
}
