import { createBrowserClient } from '@threadline/browser'
import { useEffect } from 'react'
import { Outlet } from 'react-router'

export function App() {
  // Never taken down, as most apps do it: React runs it twice in development, and again after every hot reload.
  useEffect(() => {
    createBrowserClient({ key: 'pk_test', host: import.meta.env.PUBLIC_COLLECTOR })
  }, [])
  return (
    <>
      <Outlet />
      <footer>first edition</footer>
    </>
  )
}
