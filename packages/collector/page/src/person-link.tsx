import { nameOfPerson, type PersonName, usePersonName } from './person-names.ts'
import { personHref } from './route.ts'

/** Somebody by what they are called, as a link to all that is known of them. Their id is in its title. */
export function PersonLink({ id }: { id: string }) {
  return <NamedLink id={id} name={usePersonName(id)} />
}

/** The same where the list has told the name. */
export function NamedLink({ id, name }: { id: string; name: PersonName }) {
  return (
    <a class="person" href={personHref(id)} title={id}>
      {nameOfPerson(name)}
    </a>
  )
}
