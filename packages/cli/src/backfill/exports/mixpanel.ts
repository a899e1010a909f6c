import { isLine, type Line, moneyOf, numberOf, plainName, present, textOf, UTM, utmOf, without } from './line.ts'

const PLACED = [
  ...UTM,
  'time',
  'distinct_id',
  '$insert_id',
  '$user_id',
  '$device_id',
  '$current_url',
  '$referrer',
  '$screen_width',
  '$screen_height',
  'mp_lib',
  '$lib_version',
  'current_page_title',
  'current_url_path',
  '$identified_id',
  '$anon_id',
  'token',
]

const NAMES: ReadonlyMap<unknown, string> = new Map([
  ['$mp_web_page_view', '$pageview'],
  ['$identify', '$identify'],
])

/** With its simplified merging of ids Mixpanel calls a visitor's events by this and the device's id. */
const DEVICE = '$device:'

function idsOf({ distinct_id, $user_id, $device_id }: Line): Line {
  const distinct = textOf(distinct_id)
  const device = textOf($device_id) ?? (distinct?.startsWith(DEVICE) ? distinct.slice(DEVICE.length) : undefined)
  const isDevices = distinct === undefined || distinct === device || distinct.startsWith(DEVICE)
  return { userId: textOf($user_id) ?? (isDevices ? undefined : distinct), anonymousId: device }
}

/**
 * One line of Mixpanel's raw export. `time` is in seconds of UTC; projects from before 2023 have their own time zone there, which
 * Mixpanel's documentation says and the export does not.
 */
export function readMixpanel({ event, properties }: Line): readonly Line[] {
  const told = isLine(properties) ? properties : {}
  const time = numberOf(told['time'])
  const money = moneyOf(told['revenue'] ?? told['amount'], told['currency'])
  const width = numberOf(told['$screen_width'])
  const height = numberOf(told['$screen_height'])
  const library = [textOf(told['mp_lib']), textOf(told['$lib_version'])].filter((part) => part !== undefined)
  const lifted = money.value === undefined ? [] : ['currency', told['revenue'] === undefined ? 'amount' : 'revenue']
  return [
    {
      eventId: textOf(told['$insert_id']),
      event: NAMES.get(event) ?? plainName(event),
      timestamp: time === undefined ? undefined : timeOf(time),
      ...(event === '$identify' ? identified(told) : idsOf(told)),
      url: textOf(told['$current_url']),
      path: textOf(told['current_url_path']),
      title: textOf(told['current_page_title']),
      referrer: told['$referrer'] === '$direct' ? undefined : textOf(told['$referrer']),
      utm: utmOf(told),
      ...money,
      context: present({
        library: library.length === 0 ? undefined : library.join('/'),
        screen: width === undefined || height === undefined ? undefined : { width, height },
      }),
      properties: present(without(told, [...PLACED, ...lifted])),
    },
  ]
}

function identified(told: Line): Line {
  const userId = textOf(told['$identified_id']) ?? textOf(told['$user_id']) ?? textOf(told['distinct_id'])
  return { userId, anonymousId: textOf(told['$anon_id']) ?? textOf(told['$device_id']) }
}

/** The import takes seconds and milliseconds; older exports have either. */
function timeOf(time: number): string | undefined {
  const moment = new Date(time < 100_000_000_000 ? time * 1_000 : time)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}
