import { useEffect, useState } from 'preact/hooks'

/** How long the button says that it was done. */
const DONE_MS = 2_000

/** Copies a text. Browsers let pages do so on https and on this machine alone; elsewhere it says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<'ready' | 'done' | 'failed'>('ready')
  useEffect(() => {
    if (state === 'ready') return undefined
    const timer = setTimeout(() => setState('ready'), DONE_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () => {
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    copied.then(
      () => setState('done'),
      () => setState('failed'),
    )
  }
  return (
    <button type="button" class="copy" onClick={copy}>
      <span aria-live="polite">{{ ready: 'Copy', done: 'Copied', failed: 'Not copied' }[state]}</span>
      <span class="unseen"> {what}</span>
    </button>
  )
}
