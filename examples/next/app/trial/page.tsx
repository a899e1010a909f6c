import { startTrial } from './start-trial.ts'

// Rendered for each request: it has the visitor's id, so no cache may keep it.
export const dynamic = 'force-dynamic'

/** The form posts itself where there is no JavaScript, and calls the action where there is. */
// biome-ignore lint/style/noDefaultExport: what Next asks for
export default async function Trial({ searchParams }: { searchParams: Promise<{ started?: string }> }) {
  const { started } = await searchParams
  return (
    <main>
      <title>{started ?? 'Trial'}</title>
      <form action={startTrial}>
        <input name="email" type="email" required />
        <button type="submit">Start the trial</button>
      </form>
    </main>
  )
}
