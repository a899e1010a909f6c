import { toTime } from '../convert.ts'
import { isLine, type Line, moneyOf, plainName, present, textOf, UTM, utmOf, without } from './line.ts'

/** Facts about the device and the place, kept under their own names where they are told. */
const FACTS = [
  'platform',
  'os_name',
  'os_version',
  'device_type',
  'device_model',
  'country',
  'region',
  'city',
  'version_name',
]

const PAGE = '[Amplitude] Page'

const NAMES: ReadonlyMap<unknown, string> = new Map([
  [`${PAGE} Viewed`, '$pageview'],
  ['$identify', '$identify'],
])

const PLACED = [...UTM, `${PAGE} URL`, `${PAGE} Path`, `${PAGE} Title`, `${PAGE} Location`, 'referrer']

/** What `identify` set: Amplitude wraps it by the operation, and repeats what the user had before. */
function traitsOf(line: Line): Line | undefined {
  const all = isLine(line['user_properties']) ? line['user_properties'] : {}
  const set = all['$set']
  return present(isLine(set) ? set : without(all, ['$setOnce', '$unset', '$add', '$append']))
}

/** One line of Amplitude's export. `event_time` is UTC, its own correction of the device's clock included. */
export function readAmplitude(line: Line): readonly Line[] {
  const told = isLine(line['event_properties']) ? line['event_properties'] : {}
  const money = moneyOf(told['$revenue'] ?? told['revenue'], told['currency'])
  const lifted = money.value === undefined ? [] : ['currency', told['$revenue'] === undefined ? 'revenue' : '$revenue']
  const session = textOf(line['session_id'])
  const isIdentify = line['event_type'] === '$identify'
  const traits = traitsOf(line)
  const groups = isLine(line['groups']) ? present(line['groups']) : undefined
  const facts = Object.fromEntries(FACTS.map((name) => [name, line[name]]))
  return [
    {
      eventId: textOf(line['$insert_id']) ?? textOf(line['uuid']),
      event: NAMES.get(line['event_type']) ?? plainName(line['event_type']),
      timestamp: line['event_time'] === undefined ? undefined : toTime(line['event_time']),
      anonymousId: textOf(line['device_id']),
      userId: textOf(line['user_id']),
      sessionId: session === '-1' ? undefined : session,
      url: textOf(told[`${PAGE} URL`]) ?? textOf(told[`${PAGE} Location`]),
      path: textOf(told[`${PAGE} Path`]),
      title: textOf(told[`${PAGE} Title`]),
      referrer: textOf(told['referrer']),
      utm: utmOf(told),
      ...money,
      ...(isIdentify && { traits, email: textOf(traits?.['email']) }),
      context: present({ library: textOf(line['library']), ip: textOf(line['ip_address']) }),
      properties: present({
        ...facts,
        ...without(told, [...PLACED, ...lifted]),
        ...(groups && { $groups: groups }),
      }),
    },
  ]
}
