import type { JsonObject } from '@threadline/schema'

/** What a person or a group is known by. */
export function Traits({ traits }: { traits: JsonObject }) {
  return (
    <dl class="facts">
      {Object.entries(traits).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The name that people gave it, where they gave one. */
export function nameOf(traits: JsonObject): string | undefined {
  const { name } = traits
  return typeof name === 'string' && name !== '' ? name : undefined
}
