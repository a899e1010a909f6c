'use client'

import { useRouter } from 'next/navigation'

// biome-ignore lint/style/noDefaultExport: what Next asks for
export default function Pricing() {
  const router = useRouter()
  return (
    <main>
      <title>Pricing</title>
      <button type="button" onClick={() => router.push('/account')}>
        Account
      </button>
    </main>
  )
}
