import { isLine, type Line, moneyOf, present, textOf, without } from './line.ts'

const NAMES: ReadonlyMap<unknown, string> = new Map([['page_view', '$pageview']])

const PLACED = ['page_location', 'page_title', 'page_referrer', 'ga_session_id', 'currency', 'value']

/** `[{ key, value: { string_value } }]` as an object: BigQuery has one column for each type. */
function parametersOf(list: unknown): Line {
  if (!Array.isArray(list)) return {}
  const entries = list.flatMap((parameter: unknown) => {
    if (!isLine(parameter) || !isLine(parameter['value'])) return []
    const key = textOf(parameter['key'])
    const value = typedValue(parameter['value'])
    return key === undefined || value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(entries)
}

function typedValue({ string_value, int_value, float_value, double_value }: Line): unknown {
  if (textOf(string_value) !== undefined) return string_value
  return integerOf(int_value) ?? double_value ?? float_value ?? undefined
}

/** Integers of 64 bits are text in JSON. Above 2^53 a number would stand for several: it stays text. */
function integerOf(value: unknown): unknown {
  const number = typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : (value ?? undefined)
}

function pathOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined
}

/** In microseconds since the epoch. */
function timeOf(value: unknown): string | undefined {
  const moment = new Date(Math.floor(Number(value) / 1_000))
  return value === undefined || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

function campaignOf(line: Line): Line {
  const source = isLine(line['collected_traffic_source']) ? line['collected_traffic_source'] : {}
  const utm = present({
    source: textOf(source['manual_source']),
    medium: textOf(source['manual_medium']),
    campaign: textOf(source['manual_campaign_name']),
    term: textOf(source['manual_term']),
    content: textOf(source['manual_content']),
  })
  const clickIds = present({ gclid: textOf(source['gclid']), dclid: textOf(source['dclid']) })
  return { utm, clickIds }
}

/**
 * One line of GA4's BigQuery export, as `bq extract` and `EXPORT DATA` write it in JSON. GA4 has no id of an event: two lines that say the
 * same, to the microsecond, are one event.
 */
export function readGa4(line: Line): readonly Line[] {
  const parameters = parametersOf(line['event_params'])
  const user = present(parametersOf(line['user_properties']))
  const ecommerce = isLine(line['ecommerce']) ? line['ecommerce'] : {}
  const amount = parameters['value'] ?? ecommerce['purchase_revenue']
  const money = moneyOf(amount, parameters['currency'])
  const isLifted = money.value !== undefined
  const visitor = textOf(line['user_pseudo_id'])
  const session = textOf(parameters['ga_session_id'])
  const url = textOf(parameters['page_location'])
  const device = isLine(line['device']) ? line['device'] : {}
  const privacy = isLine(line['privacy_info']) ? line['privacy_info'] : {}
  const ads = textOf(privacy['ads_storage'])?.toLowerCase()
  const items = Array.isArray(line['items']) && line['items'].length > 0 ? line['items'] : undefined
  return [
    {
      event: NAMES.get(line['event_name']) ?? line['event_name'],
      timestamp: timeOf(line['event_timestamp']),
      anonymousId: visitor,
      userId: textOf(line['user_id']),
      sessionId: visitor && session && `${visitor}.${session}`,
      url,
      path: pathOf(url),
      title: textOf(parameters['page_title']),
      referrer: textOf(parameters['page_referrer']),
      ...campaignOf(line),
      ...money,
      ...((ads === 'yes' || ads === 'no') && { consent: { ads: ads === 'yes' } }),
      context: present({ locale: textOf(device['language']) }),
      properties: present({
        ...without(parameters, PLACED),
        ...(!isLifted && { value: amount, currency: parameters['currency'] }),
        transaction_id: parameters['transaction_id'] ?? ecommerce['transaction_id'],
        items,
        user_properties: user,
      }),
    },
  ]
}
