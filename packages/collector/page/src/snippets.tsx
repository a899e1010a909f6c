/** Sends one event to this collector. */
export function CurlSnippet() {
  const now = new Date().toISOString()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre tabIndex={0} class="snippet">{`curl ${location.origin}/v1/batch \\
  -H 'authorization: Bearer YOUR_KEY' \\
  -H 'content-type: application/json' \\
  -d '{"sentAt":"${now}","events":[{"eventId":"first-1","event":"hello_world",
       "anonymousId":"visitor-0001","timestamp":"${now}"}]}'`}</pre>
  )
}

/** Has a site's pages send to this collector. Keys are stored by their hash only, so the page cannot show one. */
export function ScriptSnippet() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre tabIndex={0} class="snippet">
      {`<script src="/threadline.js" data-key="pk_YOUR_KEY" data-host="${location.origin}"></script>`}
    </pre>
  )
}
