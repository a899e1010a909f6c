import type { ProfileAnswer, TouchView } from './api.ts'
import { formatCount, formatTime } from './format.ts'
import { eventName } from './names.ts'
import { groupHref } from './route.ts'
import { nameOf, Traits } from './traits.tsx'

/** What is known of a person, beside what they did. */
export function Profile({ profile }: { profile: ProfileAnswer }) {
  const { person, links, groups, moreGroups, traits, traitsPartial, firstTouch, lastTouch } = profile
  return (
    <aside class="profile" aria-label="Profile">
      <dl class="facts">
        <div>
          <dt>First seen</dt>
          <dd>{formatTime(profile.firstSeen)}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>{formatTime(profile.lastSeen)}</dd>
        </div>
        {person.userId === null && (
          <div>
            <dt>User</dt>
            <dd>not identified yet</dd>
          </div>
        )}
      </dl>
      <h2>How they came</h2>
      <dl class="facts">
        <Touch title="First touch" touch={firstTouch} />
        <Touch title="Last touch" touch={lastTouch} />
      </dl>
      <h2>Ids</h2>
      <dl class="ids">
        {person.userId !== null && <Id id={person.userId} how="user id" />}
        {links.map((link) => (
          <Id key={link.anonymousId} id={link.anonymousId} how={howLinked(link)} />
        ))}
        {person.userId === null && person.anonymousIds.map((id) => <Id key={id} id={id} how="visitor id" />)}
      </dl>
      {groups.length > 0 && <h2>Groups</h2>}
      <ul class="groups">
        {groups.map(({ groupId, traits: ofGroup, firstSeen }) => (
          <li key={groupId}>
            <a href={groupHref(groupId)}>{nameOf(ofGroup) ?? groupId}</a>
            <span class="hint">since {formatTime(firstSeen)}</span>
          </li>
        ))}
      </ul>
      {moreGroups > 0 && <p class="hint">and {formatCount(moreGroups)} more</p>}
      {Object.keys(traits).length > 0 && <h2>Traits</h2>}
      <Traits traits={traits} partial={traitsPartial} />
    </aside>
  )
}

function Id({ id, how }: { id: string; how: string }) {
  return (
    <div>
      <dt>{how}</dt>
      <dd>{id}</dd>
    </div>
  )
}

function Touch({ title, touch }: { title: string; touch: TouchView | null }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {touch ? (
          <>
            <b>{sourceOf(touch)}</b>
            {detailsOf(touch).map((detail) => (
              <span key={detail} class="hint">
                {detail}
              </span>
            ))}
          </>
        ) : (
          'no page yet'
        )}
      </dd>
    </div>
  )
}

/** In one word what brought them; the first that applies. */
function sourceOf({ utm, clickIds, referrer }: TouchView): string {
  const named = utm?.source ?? utm?.campaign ?? utm?.medium
  if (named !== undefined) return named
  const [click] = Object.keys(clickIds ?? {})
  if (click !== undefined) return `ad click (${click})`
  return referrer === null ? 'direct' : new URL(referrer).host
}

function detailsOf({ utm, clickIds, referrer, path, at }: TouchView): string[] {
  const { source: _, ...campaign } = utm ?? {}
  return [
    ...Object.entries(campaign).map(([name, value]) => `${name}: ${value}`),
    ...Object.entries(clickIds ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(referrer === null ? [] : [`linked from ${referrer}`]),
    ...(path === null ? [] : [`landed on ${path}`]),
    formatTime(at),
  ]
}

/** What joined a visitor to the person, and when. */
function howLinked({ linkedBy, address, firstSeen }: ProfileAnswer['links'][number]): string {
  const told = linkedBy === null ? 'an earlier event' : eventName(linkedBy)
  return `${address === null ? 'linked by' : `has ${address}, by`} ${told}, ${formatTime(firstSeen)}`
}
