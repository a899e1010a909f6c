import { fromMajorUnits, type Lifted, liftMoney, type Properties } from '../translate.ts'

/** Names of an amount, the one that says most of what came in first. */
const AMOUNTS = ['revenue', 'total', 'value', 'price']

/** "If this is not set, Segment assumes the revenue to be in US dollars." https://segment.com/docs/connections/spec/track/ */
const ASSUMED = 'USD'

/**
 * Lifts an event's amount, in major units, out of its properties. Further amounts stay there, and all of them do when none can be
 * said in whole minor units, or the currency is none of ISO 4217.
 */
export function liftAmount(properties: Properties): Lifted {
  const { currency } = properties
  if (currency === undefined || currency === null || currency === '') return liftWithoutCurrency(properties)
  for (const name of AMOUNTS) {
    const lifted = liftMoney(properties, name, fromMajorUnits)
    if (lifted.value !== undefined) return lifted
  }
  return { rest: properties }
}

function liftWithoutCurrency(properties: Properties): Lifted {
  if (properties['revenue'] === undefined && properties['value'] === undefined) return { rest: properties }
  const { revenue, value, currency: _, ...rest } = properties
  const dollars = fromMajorUnits(revenue, ASSUMED)
  if (dollars !== undefined) {
    return { value: dollars, currency: ASSUMED, rest: value === undefined ? rest : { ...rest, value } }
  }
  // A number with two decimals, as the canonical event has it.
  const plain = fromMajorUnits(value, ASSUMED)
  return plain === undefined
    ? { rest: properties }
    : { value: plain, rest: revenue === undefined ? rest : { ...rest, revenue } }
}
