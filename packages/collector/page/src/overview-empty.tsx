import { Notice } from './notice.tsx'
import { INITIAL, type OverviewState, stateHref } from './overview-state.ts'
import { CurlSnippet, ScriptSnippet } from './snippets.tsx'
import { usePublicKey } from './use-public-key.ts'
import { useReport } from './use-report.ts'

/** Stands for an overview without any event, and says what to do next. */
export function NothingShown({ state }: { state: OverviewState }) {
  if (state.filters.length > 0) {
    return (
      <Notice kind="empty">
        <h2>Nothing in this period has all of these filters</h2>
        <p>
          <a href={stateHref({ ...state, filters: [] })}>Remove all filters</a>
        </p>
      </Notice>
    )
  }
  return <NothingArrived state={state} />
}

function NothingArrived({ state }: { state: OverviewState }) {
  const publicKey = usePublicKey()
  const known = useReport<{ readonly events: readonly unknown[] }>('/v1/events?limit=1')
  if (known.state === 'loading') return <Notice kind="loading">Loading…</Notice>
  if (known.state === 'failed' || known.data.events.length > 0) {
    return (
      <Notice kind="empty">
        <h2>Nothing arrived in this period</h2>
        <p>
          <a href={stateHref({ ...INITIAL, period: '90d', goal: state.goal })}>Look at the last 90 days</a>
        </p>
      </Notice>
    )
  }
  return (
    <Notice kind="empty">
      <h2>No events yet</h2>
      <p>
        Put this into the pages of your site. <code>threadline.js</code> is in the folder <code>dist</code> of the npm
        package <code>@threadline/browser</code>
        {publicKey === undefined && (
          <>
            ; your key for pages begins with <code>pk_</code>
          </>
        )}
        .
      </p>
      <ScriptSnippet publicKey={publicKey} />
      <p>Or try it from a terminal{publicKey === undefined && ', with any of your keys that may send'}:</p>
      <CurlSnippet publicKey={publicKey} />
      <p>
        <a href="#/live">Watch events arrive</a>
      </p>
    </Notice>
  )
}
