import type { ComponentChildren } from 'preact'

/** What is shown in place of content: nothing yet, on its way, or gone wrong. */
export function Notice({ kind, children }: { kind: 'empty' | 'loading' | 'error'; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      {children}
    </div>
  )
}

/** Shown when the collector does not know this browser. */
export function SignedOut() {
  return (
    <Notice kind="error">
      <h2>This browser is not signed in</h2>
      <p>
        Open the one-time link that the collector printed when it started. Each link works once; restarting the
        collector prints a new one.
      </p>
    </Notice>
  )
}
