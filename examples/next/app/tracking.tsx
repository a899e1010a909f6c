'use client'

import { createBrowserClient } from '@threadline/browser'
import { ThreadlineProvider, usePageviews } from '@threadline/browser/react'
import { usePathname, useSearchParams } from 'next/navigation'
import { type ReactNode, Suspense } from 'react'

// Does nothing while pages are rendered on the server.
const client = createBrowserClient({
  key: process.env['NEXT_PUBLIC_THREADLINE_KEY'] ?? '',
  host: '/t',
  pageviews: false,
})

/** Gives the pages their client, and captures a page view for every address of the App Router. */
export function Tracking({ children }: { children: ReactNode }) {
  return (
    <ThreadlineProvider client={client}>
      <Suspense>
        <Pageviews />
      </Suspense>
      {children}
    </ThreadlineProvider>
  )
}

function Pageviews() {
  usePageviews(`${usePathname()}?${useSearchParams()}`)
  return null
}
