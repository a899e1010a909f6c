const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** Stripe's prices have 12 decimals at most. Source: Stripe's types (`Price.unit_amount_decimal`). */
const PLACES = 12
const SCALE = 10n ** BigInt(PLACES)

/**
 * Adds up prices, each a decimal number as text, times quantities: exactly, where floating point has 1.1 × 100 as
 * 110.00000000000001. Undefined when a price is unknown, or the sum is no whole number.
 */
export function sumOfProducts(products: readonly (readonly [price: string | undefined, quantity: number])[]) {
  let sum = 0n
  for (const [price, quantity] of products) {
    const scaled = price === undefined ? undefined : scaledDecimal(price)
    if (scaled === undefined || !Number.isSafeInteger(quantity)) return undefined
    sum += scaled * BigInt(quantity)
  }
  const whole = Number(sum / SCALE)
  return sum % SCALE === 0n && Number.isSafeInteger(whole) ? whole : undefined
}

function scaledDecimal(text: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? []
  if (whole === '' || fraction.length > PLACES) return undefined
  return BigInt(`${sign}${whole}${fraction.padEnd(PLACES, '0')}`)
}
