import type { ReactNode } from 'react'
import { Tracking } from './tracking.tsx'

// biome-ignore lint/style/noDefaultExport: what Next asks for
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Tracking>{children}</Tracking>
      </body>
    </html>
  )
}
