import type { StoredAlert, TrafficCount } from '../store/stored-alerts.ts'
import { type Condition, isOpen } from './incident.ts'
import type { Thresholds } from './settings.ts'
import { HOUR_MS, judgeTraffic } from './traffic-drop.ts'

/** Fewer errors in an hour say nothing, whatever part they are. */
const LEAST_ERRORS = 20
const LEAST_FAILURES = 10

/** So often in a row the database did not answer: about as many minutes. */
const AWAY_TIMES = 5

/** A disk must have so much more than the threshold to be fine again, or it would be told of with each file that comes and goes. */
const DISK_RECOVERED = 1.1

/** The counts of one project and hour by name. */
interface Hour {
  readonly [name: string]: number
}

export interface Observed {
  /** In ms since the epoch. */
  readonly now: number
  readonly alerts: readonly StoredAlert[]
  /** Of this hour and the one before, of all projects. */
  readonly counts: readonly TrafficCount[]
  readonly thresholds: Thresholds
  /** Free bytes on the disk of the data folder; null where there is none. */
  readonly freeBytes: number | null
  /** How often in a row the database did not answer. */
  readonly awayTimes: number
}

/** What holds for the collector as a whole. It can be told without the database. */
export function ownConditions(observed: Observed): readonly Condition[] {
  return [failures(observed), disk(observed)]
}

/** Events refused or lost, for each project of which something is known. */
export function errorConditions(observed: Observed): readonly Condition[] {
  const { alerts, counts, thresholds, now } = observed
  const projects = new Set([
    ...counts.map(({ project }) => project),
    ...alerts
      .filter(({ subject }) => subject.startsWith('errors/'))
      .map(({ subject }) => subject.slice('errors/'.length)),
  ])
  projects.delete('')
  return [...projects].map((project) => {
    const { errorPercent } = thresholds.of(project)
    return byHour({
      subject: `errors/${project}`,
      now,
      alerts,
      isWrong(hour) {
        const errors = errorsOf(hour)
        return (
          errorPercent !== false && errors >= LEAST_ERRORS && errors * 100 >= errorPercent * (errors + storedOf(hour))
        )
      },
      figures: ({ refused = 0, lost = 0, ...hour }) => ({ refused, lost, stored: storedOf(hour) }),
      hourOf: (start) => hourOf(counts, project, start),
    })
  })
}

const storedOf = ({ browser = 0, server = 0 }: Hour) => browser + server
const errorsOf = ({ refused = 0, lost = 0 }: Hour) => refused + lost

function failures({ now, alerts, counts, thresholds: { errorPercent }, awayTimes }: Observed): Condition {
  const figures = ({ requests = 0, failed = 0 }: Hour) => ({ requests, failed })
  if (errorPercent !== false && awayTimes >= AWAY_TIMES) {
    const startedAt = startOf(now)
    return { subject: 'failures', state: 'wrong', startedAt, figures: figures(hourOf(counts, '', startedAt)) }
  }
  return byHour({
    subject: 'failures',
    now,
    alerts,
    isWrong: ({ requests = 0, failed = 0 }) =>
      errorPercent !== false && failed >= LEAST_FAILURES && failed * 100 >= errorPercent * requests,
    figures,
    hourOf: (start) => hourOf(counts, '', start),
  })
}

function disk({ now, freeBytes, thresholds: { diskFreeBytes } }: Observed): Condition {
  const figures: Condition['figures'] = freeBytes === null ? {} : { freeBytes }
  const state = () => {
    if (freeBytes === null || freeBytes >= diskFreeBytes * DISK_RECOVERED) return 'fine'
    return freeBytes < diskFreeBytes ? 'wrong' : 'unknown'
  }
  return { subject: 'disk', state: state(), startedAt: now, figures }
}

interface HourlyQuestion {
  readonly subject: string
  readonly now: number
  readonly alerts: readonly StoredAlert[]
  readonly isWrong: (hour: Hour) => boolean
  readonly figures: (hour: Hour) => Condition['figures']
  /** The counts of the hour that begins then. */
  readonly hourOf: (start: number) => Hour
}

/**
 * Wrong as soon as this hour is, or when the last one was and nobody was told: what comes at its end is written after it. Fine after a
 * whole hour that was.
 */
function byHour({ subject, now, alerts, isWrong, figures, hourOf: at }: HourlyQuestion): Condition {
  const hour = startOf(now)
  const [current, before] = [at(hour), at(hour - HOUR_MS)]
  const wrong = (startedAt: number, counts: Hour): Condition => ({
    subject,
    state: 'wrong',
    startedAt,
    figures: figures(counts),
  })
  if (isWrong(current)) return wrong(hour, current)
  const known = alerts.find((alert) => alert.subject === subject)
  const isToldOf = (start: number) => known !== undefined && (isOpen(known) || known.startedAt >= start)
  if (isWrong(before) && !isToldOf(hour - HOUR_MS)) return wrong(hour - HOUR_MS, before)
  const state = isWrong(before) || known?.startedAt === hour ? 'unknown' : 'fine'
  return { subject, state, startedAt: hour, figures: figures(current) }
}

export const startOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS

function hourOf(counts: readonly TrafficCount[], project: string, start: number): Hour {
  const own = counts.filter((count) => count.project === project && count.hour === start)
  return Object.fromEntries(own.map(({ name, count }) => [name, count]))
}

export interface ProjectTraffic {
  readonly project: string
  /** As far back as {@link judgeTraffic} looks. */
  readonly counts: readonly TrafficCount[]
  readonly alerts: readonly StoredAlert[]
  readonly thresholds: Thresholds
  /** The end of the last whole hour. */
  readonly until: number
}

const SENDERS = ['browser', 'server'] as const

/** Whether far fewer events arrive than usually, from browsers and from servers: a page that broke is seen beside a server that goes on. */
export function trafficConditions({
  project,
  counts,
  alerts,
  thresholds,
  until,
}: ProjectTraffic): readonly Condition[] {
  const { trafficDropPercent } = thresholds.of(project)
  return SENDERS.map((sender) => {
    const subject = `traffic_drop/${project}/${sender}`
    if (trafficDropPercent === false) return { subject, state: 'fine', startedAt: until, figures: {} }
    const own = counts.filter(({ name, hour }) => name === sender && hour < until)
    const open = alerts.find((alert) => alert.subject === subject && isOpen(alert))
    const judgement = judgeTraffic({
      counts: new Map(own.map(({ hour, count }) => [hour, count])),
      until,
      percent: trafficDropPercent,
      current: open && { startedAt: open.startedAt, windowHours: windowOf(open) },
    })
    if (judgement.state === 'unknown') return { subject, state: 'unknown', startedAt: until, figures: {} }
    const { figures } = judgement
    return {
      subject,
      state: judgement.state === 'dropped' ? 'wrong' : 'fine',
      startedAt: until - (figures?.windowHours ?? 0) * HOUR_MS,
      figures: { ...figures },
    }
  })
}

/** The hours that an incident began with. */
function windowOf({ details }: StoredAlert): number {
  const figures: { readonly windowHours?: unknown } = JSON.parse(details)
  return typeof figures.windowHours === 'number' ? figures.windowHours : 1
}
