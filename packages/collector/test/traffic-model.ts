import type { EventRow } from '../src/store/store.ts'
import { compareTexts } from '../src/store/text-order.ts'
import type {
  TrafficCounts,
  TrafficCredit,
  TrafficQuery,
  TrafficRow,
  TrafficTotals,
} from '../src/store/traffic/traffic.ts'
import type { ArrivalDimension, Attribution } from '../src/traffic/attribution.ts'
import type { Span } from '../src/traffic/buckets.ts'
import type { Dimension, Filter, Goal } from '../src/traffic/filters.ts'

const DAY_MS = 86_400_000

/** What reads of traffic are to say about these events, counted in the plainest way. */
export interface TrafficModel {
  overview(query: TrafficQuery): TrafficTotals
  series(query: TrafficQuery & { readonly buckets: readonly Span[] }): ReadonlyMap<number, TrafficCounts>
  breakdown(query: TrafficQuery & { readonly dimension: Dimension }): readonly TrafficRow[]
  attribution(
    query: TrafficQuery & { readonly dimension: ArrivalDimension; readonly attribution: Attribution },
  ): readonly TrafficCredit[]
  online(span: Span): number
  /** In no order, with the number of all of their events. */
  people(query: TrafficQuery): ReadonlyMap<string, number>
  /** Ids, the latest first. */
  events(query: TrafficQuery): readonly string[]
  personOf(row: EventRow): string
}

/** Nobody's previous id was ever seen with a user, and all rows are a server's. */
export function trafficModel(rows: readonly EventRow[]): TrafficModel {
  const earliestFirst = rows.toSorted((a, b) => a.ts - b.ts || compareTexts(a.user_id ?? '', b.user_id ?? ''))
  const seenWith = new Map<string, string>()
  for (const { anonymous_id, user_id } of earliestFirst) {
    if (anonymous_id !== null && user_id !== null && !seenWith.has(anonymous_id)) seenWith.set(anonymous_id, user_id)
  }
  const named = new Map<string, string>()
  for (const { event, other_id, anonymous_id, user_id } of earliestFirst) {
    const user = user_id ?? seenWith.get(anonymous_id ?? '')
    if (event === '$alias' && other_id !== null && user !== undefined && !named.has(other_id)) named.set(other_id, user)
  }

  function personOf({ anonymous_id, user_id }: EventRow): string {
    const visitor = anonymous_id ?? ''
    const user = user_id ?? seenWith.get(visitor) ?? named.get(visitor)
    return user === undefined ? `a:${visitor}` : `u:${user}`
  }

  const among = (withBots = false) => rows.filter(({ bot }) => withBots || bot === null)

  function sessionOf(id: string, { span, withBots }: TrafficQuery) {
    return among(withBots)
      .filter((row) => row.session_id === id && row.ts >= span.start - DAY_MS && row.ts < span.end + DAY_MS)
      .toSorted((a, b) => a.ts - b.ts || compareTexts(a.event_id, b.event_id) || compareTexts(a.event, b.event))
  }

  function factOf(row: EventRow, dimension: Dimension, query: TrafficQuery): string | null {
    const session = row.session_id === null ? [] : sessionOf(row.session_id, query)
    const paths = session.flatMap(({ event, path }) => (event === '$pageview' && path !== null ? [path] : []))
    const telling = session.filter(({ channel }) => channel !== null)
    const arrival = telling.find((each) => each.arrival > 0) ?? telling[0]
    const values: { readonly [Name in Dimension]: string | null | undefined } = {
      page: row.path,
      event: row.event,
      country: row.country,
      region: row.region,
      city: row.city,
      device: row.device,
      browser: row.browser,
      os: row.os,
      entryPage: paths[0],
      exitPage: paths.at(-1),
      channel: arrival?.channel,
      source: arrival?.origin,
      medium: arrival?.medium,
      campaign: arrival?.campaign,
      referrer: arrival?.referrer_host,
    }
    return values[dimension] || null
  }

  const isWithin = ({ ts }: EventRow, { start, end }: Span) => ts >= start && ts < end
  const passes = (row: EventRow, { dimension, values }: Filter, query: TrafficQuery) =>
    values.includes(factOf(row, dimension, query) ?? '')

  const shown = ({ span, withBots }: TrafficQuery) => among(withBots).filter((row) => isWithin(row, span))
  const matching = (query: TrafficQuery) =>
    shown(query).filter((row) => query.filters.every((filter) => passes(row, filter, query)))
  const isGoal = ({ event, path }: EventRow, goal: Goal) =>
    'path' in goal ? event === '$pageview' && path === goal.path : event === goal.event
  const peopleOf = (found: readonly EventRow[]) => new Set(found.map(personOf))
  const reached = (query: TrafficQuery) =>
    shown(query).filter((row) => query.goal !== undefined && isGoal(row, query.goal))

  function peopleBehind(query: TrafficQuery): ReadonlySet<string> {
    const people = peopleOf(matching(query))
    const there = peopleOf(reached(query))
    return query.goal === undefined ? people : new Set([...people].filter((person) => there.has(person)))
  }

  function counts(found: readonly EventRow[]) {
    return {
      visitors: peopleOf(found).size,
      sessions: new Set(found.flatMap(({ session_id }) => session_id ?? [])).size,
      pageviews: found.filter(({ event }) => event === '$pageview').length,
      events: found.length,
    }
  }

  function withConversions(found: readonly EventRow[], query: TrafficQuery): TrafficCounts {
    if (query.goal === undefined) return counts(found)
    return { ...counts(found), conversions: inBoth(peopleOf(found), peopleOf(reached(query))) }
  }

  function isOwnMoney({ event, value, currency, livemode, account }: EventRow): boolean {
    const isMoney = (event === 'purchase' || event === 'refunded') && value !== null && currency !== null
    return isMoney && livemode !== 0 && account === null
  }

  function moneyOf(query: TrafficQuery): readonly EventRow[] {
    const visitors = peopleOf(matching(query))
    const isAsked = (row: EventRow) => query.filters.length === 0 || visitors.has(personOf(row))
    return rows.filter((each) => isOwnMoney(each) && isWithin(each, query.span) && isAsked(each))
  }

  function sumsOf(money: readonly EventRow[]) {
    const sums = new Map<string, number>()
    for (const row of money) {
      const [currency, amount] = [String(row.currency), Number(row.value)]
      sums.set(currency, (sums.get(currency) ?? 0) + (row.event === 'purchase' ? amount : -amount))
    }
    return Array.from(sums, ([currency, amount]) => ({ currency, amount })).toSorted((a, b) =>
      compareTexts(a.currency, b.currency),
    )
  }

  /** What led a person to what they did at an instant. */
  function arrivalOf(
    { person, ts }: { readonly person: string; readonly ts: number },
    attribution: Attribution,
    withBots?: boolean,
  ) {
    const telling = among(withBots)
      .filter((row) => row.channel !== null && personOf(row) === person)
      .toSorted((a, b) => a.ts - b.ts || compareTexts(a.event_id, b.event_id) || compareTexts(a.event, b.event))
    const before = telling.filter((row) => row.ts <= ts)
    const arrivals = before.filter(
      (row) =>
        row.arrival === 2 ||
        (row.arrival === 1 && telling.find(({ session_id }) => session_id === row.session_id) === row),
    )
    return arrivals.at(attribution === 'first' ? 0 : -1) ?? before[0]
  }

  return {
    personOf,
    attribution({ dimension, attribution, ...query }) {
      const visitors = peopleOf(matching(query))
      const credits = new Map<string | null, { people: number; money: EventRow[] }>()
      const creditOf = (person: string, ts: number) => {
        const arrival = arrivalOf({ person, ts }, attribution, query.withBots)
        const values = {
          channel: arrival?.channel,
          source: arrival?.origin,
          medium: arrival?.medium,
          campaign: arrival?.campaign,
          referrer: arrival?.referrer_host,
        }
        const value = values[dimension] || null
        const credit = credits.get(value) ?? { people: 0, money: [] }
        credits.set(value, credit)
        return credit
      }
      const firsts = new Map<string, number>()
      for (const row of reached(query)) {
        const person = personOf(row)
        if (visitors.has(person)) firsts.set(person, Math.min(row.ts, firsts.get(person) ?? row.ts))
      }
      for (const [person, ts] of firsts) creditOf(person, ts).people += 1
      for (const row of moneyOf(query)) creditOf(personOf(row), row.ts).money.push(row)
      return Array.from(credits, ([value, { people, money }]) => ({
        value,
        ...(query.goal !== undefined && { conversions: people }),
        revenue: sumsOf(money),
      })).toSorted(
        (a, b) =>
          (b.conversions ?? 0) - (a.conversions ?? 0) ||
          Math.max(0, ...b.revenue.map(({ amount }) => amount)) -
            Math.max(0, ...a.revenue.map(({ amount }) => amount)) ||
          compareTexts(a.value ?? '', b.value ?? ''),
      )
    },
    overview(query) {
      const found = matching(query)
      const sessions = [...new Set(found.flatMap(({ session_id }) => session_id ?? []))].map((id) => {
        const events = sessionOf(id, query)
        const pages = events.filter(({ event }) => event === '$pageview').length
        const acts = events.filter(({ event }) => !event.startsWith('$')).length
        return { pages, acts, lasted: (events.at(-1)?.ts ?? 0) - (events[0]?.ts ?? 0) }
      })
      const lengths = sessions.map(({ lasted }) => lasted).toSorted((a, b) => a - b)
      const middle = [lengths[Math.floor((lengths.length - 1) / 2)], lengths[Math.floor(lengths.length / 2)]]
      return {
        ...withConversions(found, query),
        pageSessions: sessions.filter(({ pages }) => pages > 0).length,
        bounces: sessions.filter(({ pages, acts }) => pages === 1 && acts === 0).length,
        medianSessionMs: lengths.length === 0 ? null : ((middle[0] ?? 0) + (middle[1] ?? 0)) / 2,
        revenue: sumsOf(moneyOf(query)),
      }
    },

    series({ buckets, ...query }) {
      const visitors = peopleOf(matching(query))
      const byBucket = new Map<number, TrafficCounts>()
      buckets.forEach((bucket, index) => {
        const inBucket = (row: EventRow) => isWithin(row, bucket)
        const told = counts(matching(query).filter(inBucket))
        const conversions = inBoth(visitors, peopleOf(reached(query).filter(inBucket)))
        if (told.events > 0 || conversions > 0) {
          byBucket.set(index, { ...told, ...(conversions > 0 && { conversions }) })
        }
      })
      return byBucket
    },

    breakdown({ dimension, ...query }) {
      const groups = new Map<string | null, EventRow[]>()
      for (const row of matching(query)) {
        const value = factOf(row, dimension, query)
        groups.set(value, [...(groups.get(value) ?? []), row])
      }
      return Array.from(groups, ([value, found]) => ({ value, ...withConversions(found, query) })).toSorted(
        (a, b) => b.visitors - a.visitors || compareTexts(a.value ?? '', b.value ?? ''),
      )
    },

    people(query) {
      const found = peopleBehind(query)
      const own = (person: string) => among(query.withBots).filter((row) => personOf(row) === person).length
      return new Map([...found].map((person) => [person.slice(2), own(person)]))
    },

    events(query) {
      const found = peopleBehind(query)
      return matching(query)
        .filter((row) => found.has(personOf(row)))
        .toSorted((a, b) => b.ts - a.ts || compareTexts(b.event_id, a.event_id) || compareTexts(b.event, a.event))
        .map(({ event_id }) => event_id)
    },

    online: (span) => peopleOf(among().filter((row) => isWithin(row, span))).size,
  }
}

function inBoth(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return [...some].filter((one) => others.has(one)).length
}
