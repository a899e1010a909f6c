import { STAGE_EVENTS } from '../stage.ts'

/** Whether an event is one of these. */
const among = (events: readonly string[]): string => `event IN (${events.map((event) => `'${event}'`).join(', ')})`

export const PAYMENTS = among(STAGE_EVENTS.customer)

/** Money that went back, or was withdrawn for as long as a dispute lasts. */
const GIVEN = ['refunded', 'payment_disputed']

/** That it came back after all. */
export const RETURNED = among(['refund_failed', 'dispute_won'])

export const MONEY = among([...STAGE_EVENTS.customer, ...GIVEN, 'refund_failed', 'dispute_won'])

/** Minor units, whatever engine adds them up. */
export const NOTHING = 'CAST(0 AS BIGINT)'

/** What amounts are told by. */
export const MONEY_MEMBERS = 'person, day, currency, account'
