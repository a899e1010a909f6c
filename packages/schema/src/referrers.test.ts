import { expect, test } from 'vitest'
import { isWithin, PAYMENT_AND_SIGN_IN } from './referrers.ts'

test.each([
  ['checkout.stripe.com', 'stripe.com', true],
  ['stripe.com', '.Stripe.com', true],
  ['notstripe.com', 'stripe.com', false],
  ['stripe.com.evil.test', 'stripe.com', false],
  ['com', 'stripe.com', false],
])('%s within %s: %s', (host, domain, expected) => expect(isWithin(host, domain)).toBe(expected))

test('the list has neither search engines nor places that people come from', () => {
  for (const host of ['www.google.com', 'www.facebook.com', 'github.com', 't.co', 'www.amazon.com', 'www.apple.com']) {
    expect(PAYMENT_AND_SIGN_IN.filter((domain) => isWithin(host, domain))).toEqual([])
  }
})
