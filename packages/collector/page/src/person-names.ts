import { useEffect, useState } from 'preact/hooks'
import { get } from './api.ts'
import { pseudonym } from './pseudonym.ts'

/** What is known of whom an id belongs to. */
export interface PersonName {
  /** The user whom the id belongs to, where it belongs to one; else the id. */
  readonly person: string
  readonly name: string | null
  readonly email: string | null
}

/** What somebody is called: by their name, else their address, else two words that are theirs. */
export function nameOfPerson({ person, name, email }: PersonName): string {
  return name ?? email ?? pseudonym(person)
}

/** Ids that one request asks for. */
const MOST_AT_ONCE = 100

const known = new Map<string, PersonName>()
const waiting = new Set<string>()
const listeners = new Set<() => void>()
let isScheduled = false

/** Whose an id is, as far as that is known by now: asked for once, together with all others of the moment. */
export function usePersonName(id: string): PersonName {
  const [name, setName] = useState(known.get(id))
  useEffect(() => {
    const update = () => {
      setName(known.get(id))
      if (!known.has(id)) ask(id)
    }
    listeners.add(update)
    update()
    return () => {
      listeners.delete(update)
    }
  }, [id])
  return name ?? knownName(id)
}

/** What is known of an id by now, without asking. */
export function knownName(id: string): PersonName {
  return known.get(id) ?? { person: id, name: null, email: null }
}

/** What was told of these ids may be otherwise by now, as when somebody has just signed in: it is asked for again. */
export function forgetNames(ids: readonly string[]): void {
  for (const id of ids) known.delete(id)
  tell()
}

function ask(id: string): void {
  if (id === '') return
  waiting.add(id)
  if (isScheduled) return
  isScheduled = true
  queueMicrotask(() => {
    isScheduled = false
    void fetchNames([...waiting])
    waiting.clear()
  })
}

/** A failure leaves people their two words: the list says by itself when the collector does not answer. */
async function fetchNames(ids: readonly string[]): Promise<void> {
  for (let first = 0; first < ids.length; first += MOST_AT_ONCE) {
    const some = ids.slice(first, first + MOST_AT_ONCE)
    const query = new URLSearchParams(some.map((id) => ['id', id]))
    try {
      const { names } = await get<{ names: readonly (PersonName & { readonly id: string })[] }>(
        `/v1/names?${query}`,
        new AbortController().signal,
      )
      for (const { id, ...name } of names) known.set(id, name)
    } catch {
      for (const id of some) known.set(id, { person: id, name: null, email: null })
    }
    tell()
  }
}

function tell(): void {
  for (const listener of listeners) listener()
}
