import { EVENT_OPERATIONS } from './operations/events.ts'
import { FORWARD_OPERATIONS } from './operations/forwarding.ts'
import { OPERATING_OPERATIONS } from './operations/operating.ts'
import type { Operation } from './operations/operation.ts'
import { PEOPLE_OPERATIONS } from './operations/people.ts'
import { REPORT_OPERATIONS } from './operations/reports.ts'
import { SETTINGS_OPERATIONS } from './operations/settings.ts'

/** Every operation of the collector's own API. The endpoints of the five services are described by those. */
export const OPERATIONS: readonly Operation[] = [
  ...EVENT_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...FORWARD_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...OPERATING_OPERATIONS,
]
