import { CopyButton } from './copy-button.tsx'

/** Sends one event to this collector. */
export function CurlSnippet({ publicKey }: { publicKey: string | undefined }) {
  const now = new Date().toISOString()
  return (
    <Snippet what="the command">{`curl ${location.origin}/v1/batch \\
  -H 'authorization: Bearer ${publicKey ?? 'YOUR_KEY'}' \\
  -H 'content-type: application/json' \\
  -d '{"sentAt":"${now}","events":[{"eventId":"first-1","event":"hello_world",
       "anonymousId":"visitor-0001","timestamp":"${now}"}]}'`}</Snippet>
  )
}

/** Has a site's pages send to this collector. */
export function ScriptSnippet({ publicKey }: { publicKey: string | undefined }) {
  return (
    <Snippet what="the tag">
      {`<script src="/threadline.js" data-key="${publicKey ?? 'pk_YOUR_KEY'}" data-host="${location.origin}"></script>`}
    </Snippet>
  )
}

function Snippet({ what, children }: { what: string; children: string }) {
  return (
    <div class="snippet">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{children}</pre>
      <CopyButton text={children} what={what} />
    </div>
  )
}
