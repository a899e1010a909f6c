import type { TrackEvent } from '@threadline/schema'
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

/** Ids are gathered for so long: while events stream in, a request for each of them would be one too many for the collector. */
const GATHER_MS = 150

/** A page that is open for days sees no end of people. Of those in view it asks again. */
const MOST_KNOWN = 5_000

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

/** An event said this of somebody: where that may be more than is known of them, it is asked for again. */
export function heardOf({ event, anonymousId, userId, email }: TrackEvent): void {
  const ids = [anonymousId, userId].filter((id) => id !== undefined)
  const isNews = event === '$identify' || event === '$alias' || email !== undefined
  const isElsewhere = userId !== undefined && anonymousId !== undefined && known.get(anonymousId)?.person !== userId
  if (!isNews && !isElsewhere) return
  for (const id of ids) known.delete(id)
  tell()
}

function ask(id: string): void {
  if (id === '') return
  waiting.add(id)
  if (isScheduled) return
  isScheduled = true
  setTimeout(() => {
    isScheduled = false
    void fetchNames([...waiting])
    waiting.clear()
  }, GATHER_MS)
}

/** A failure leaves people their two words: the list says by itself when the collector does not answer. */
async function fetchNames(ids: readonly string[]): Promise<void> {
  for (let first = 0; first < ids.length; first += MOST_AT_ONCE) {
    const query = new URLSearchParams(ids.slice(first, first + MOST_AT_ONCE).map((id) => ['id', id]))
    const answer = await get<Answer>(`/v1/names?${query}`, new AbortController().signal).catch(() => undefined)
    if (!answer) return
    if (known.size > MOST_KNOWN) known.clear()
    for (const { id, ...name } of answer.names) known.set(id, name)
    tell()
  }
}

interface Answer {
  readonly names: readonly (PersonName & { readonly id: string })[]
}

function tell(): void {
  for (const listener of listeners) listener()
}
