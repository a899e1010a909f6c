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
        Open a one-time link. <code>threadline login-link</code> makes one, with a server key; a collector without any
        events prints one when it starts, and the demo always does. Each link works once.
      </p>
    </Notice>
  )
}
