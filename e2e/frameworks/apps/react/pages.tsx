import { useEffect } from 'react'
import { Link, useNavigate } from 'react-router'

export function Start() {
  return (
    <main>
      <title>Start</title>
      <Link to="/pricing">Pricing</Link>
    </main>
  )
}

export function Pricing() {
  const navigate = useNavigate()
  useEffect(() => {
    document.title = 'Pricing'
  }, [])
  return (
    <button type="button" onClick={() => navigate('/account')}>
      Account
    </button>
  )
}

export function Account() {
  // Known when data has arrived.
  useEffect(() => {
    const timer = setTimeout(() => {
      document.title = 'Account'
    }, 300)
    return () => clearTimeout(timer)
  }, [])
  return <p>Account</p>
}
