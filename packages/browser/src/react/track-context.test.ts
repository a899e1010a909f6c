import { createElement, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createBrowserClient } from '../api/create-client.ts'
import { ThreadlineProvider, usePageviews, useTrack } from './track-context.ts'

// Effects need a page: see the end-to-end tests of the kits. Here, what a server renders.

const client = createBrowserClient({ key: 'pk_test', host: '/t' })

function Page() {
  usePageviews('/pricing?plan=pro')
  const track = useTrack()
  track.capture('feature_used', { feature: 'render' })
  return createElement('p', null, track === client ? 'the client' : 'another')
}

test('a server renders the page, without an id and without capturing anything', () => {
  const page = createElement(StrictMode, null, createElement(ThreadlineProvider, { client }, createElement(Page)))
  expect(renderToString(page)).toBe('<p>the client</p>')
  expect(client.getAnonymousId()).toBeUndefined()
})

test('without a provider the error says so', () => {
  expect(() => renderToString(createElement(Page))).toThrow(/ThreadlineProvider/)
})
