'use client'

import { useEffect } from 'react'

// biome-ignore lint/style/noDefaultExport: what Next asks for
export default function Account() {
  // Known when data has arrived.
  useEffect(() => {
    const timer = setTimeout(() => {
      document.title = 'Account'
    }, 300)
    return () => clearTimeout(timer)
  }, [])
  return <p>Account</p>
}
