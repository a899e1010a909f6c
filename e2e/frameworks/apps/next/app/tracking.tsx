'use client'

import { createBrowserClient } from '@threadline/browser'
import { ThreadlineProvider, usePageviews } from '@threadline/browser/react'
import { usePathname, useSearchParams } from 'next/navigation'
import { type ReactNode, Suspense } from 'react'

const client = createBrowserClient({
  key: 'pk_test',
  host: process.env['NEXT_PUBLIC_COLLECTOR'] ?? '',
  pageviews: false,
})

/** As docs/kits/next.md says. */
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
