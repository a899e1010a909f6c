import { z } from 'zod'

const OF_PROJECT = {
  trafficDropPercent: z
    .union([z.number().gt(0).lt(100), z.literal(false)])
    .describe('Tells when fewer than so many percent of the usual events arrive, or never. Default: 30.')
    .exactOptional(),
  errorPercent: z
    .union([z.number().gt(0).max(100), z.literal(false)])
    .describe(
      'Tells when so many percent of the events of an hour, and 20 at least, are refused or lost, or never. Default: 5.',
    )
    .exactOptional(),
}

/** The options of alerts as JSON. Address and secret may come from the environment. */
export const ALERTS_SCHEMA = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\//, 'it begins with https:// or http://')
    .describe('Where messages are posted. Default: THREADLINE_ALERT_URL.')
    .exactOptional(),
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'it is whsec_ and the base64 of 24 to 64 random bytes')
    .describe('What messages are signed with, as Standard Webhooks has it. Default: THREADLINE_ALERT_SECRET.')
    .exactOptional(),
  ...OF_PROJECT,
  diskFreeBytes: z
    .int()
    .min(0)
    .describe('Tells when fewer bytes are free on the disk of the data folder; 0: never. Default: 2000000000.')
    .exactOptional(),
  projects: z
    .record(z.string().regex(/^[\w.-]{1,64}$/, 'a project is 1 to 64 of A-Z a-z 0-9 _ . -'), z.strictObject(OF_PROJECT))
    .describe('What differs for single projects.')
    .exactOptional(),
})
