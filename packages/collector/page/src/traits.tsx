import type { JsonObject } from '@threadline/schema'

/** What a person or a group is known by. */
export function Traits({ traits, partial }: { traits: JsonObject; partial: boolean }) {
  return (
    <>
      <dl class="facts">
        {Object.entries(traits).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {partial && <p class="hint">By the latest 10,000 events. Older ones may tell more.</p>}
    </>
  )
}

export { nameIn as nameOf } from '../../src/traits.ts'
