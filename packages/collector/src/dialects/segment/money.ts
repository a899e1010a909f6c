import { fromMajorUnits, isSaid, type Lifted, liftFirst, type Properties } from '../translate.ts'

/** Names of an amount, the one that says most of what came in first. */
const AMOUNTS = ['revenue', 'total', 'value', 'price']

/** "If this is not set, Segment assumes the revenue to be in US dollars." https://segment.com/docs/connections/spec/track/ */
const ASSUMED = 'USD'

/**
 * Lifts an event's amount, in major units, out of its properties. Further amounts stay there, and all of them do when the
 * first cannot be said in whole minor units, or the currency is none of ISO 4217.
 */
export function liftAmount(properties: Properties): Lifted {
  if (!AMOUNTS.some((name) => isSaid(properties[name]))) return { rest: properties }
  return isSaid(properties['currency']) ? liftFirst(properties, AMOUNTS) : liftWithoutCurrency(properties)
}

function liftWithoutCurrency(properties: Properties): Lifted {
  const { currency: _, ...amounts } = properties
  if (isSaid(amounts['revenue'])) {
    const { value, rest } = liftFirst({ ...amounts, currency: ASSUMED }, ['revenue'])
    return value === undefined ? { rest: properties } : { value, currency: ASSUMED, rest }
  }
  // A number with two decimals, as the canonical event has it.
  const { value: plain, ...rest } = amounts
  const value = fromMajorUnits(plain, ASSUMED)
  return value === undefined ? { rest: properties } : { value, rest }
}
