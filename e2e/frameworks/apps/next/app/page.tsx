import type { Metadata } from 'next'
import Link from 'next/link'

export const metadata: Metadata = { title: 'Start' }

// biome-ignore lint/style/noDefaultExport: what Next asks for
export default function Start() {
  return <Link href="/pricing">Pricing</Link>
}
