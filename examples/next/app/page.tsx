import Link from 'next/link'
import { SignUpForm } from './sign-up-form.tsx'

// Rendered for each request: it has the visitor's id, so no cache may keep it.
export const dynamic = 'force-dynamic'

// biome-ignore lint/style/noDefaultExport: what Next asks for
export default function Start() {
  return (
    <main>
      <title>Start</title>
      <SignUpForm />
      <Link href="/pricing">Pricing</Link>
    </main>
  )
}
