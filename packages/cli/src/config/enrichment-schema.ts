import { z } from 'zod'

const pattern = z.string().max(500)

const CONDITIONS = {
  source: pattern.describe('utm_source. * stands for any text.').exactOptional(),
  medium: pattern.describe('utm_medium. * stands for any text.').exactOptional(),
  campaign: pattern.describe('utm_campaign. * stands for any text.').exactOptional(),
  referrer: pattern
    .describe('Host of the page elsewhere that linked here: a domain, with all below it, or a pattern with *.')
    .exactOptional(),
}

const rule = z
  .strictObject({
    channel: z.string().regex(/\S/).max(64).describe('Name of the channel, a known one or your own.'),
    ...CONDITIONS,
  })
  .refine((given) => Object.keys(CONDITIONS).some((condition) => condition in given), {
    message: 'a rule needs a condition: source, medium, campaign or referrer',
  })
  .meta({ anyOf: Object.keys(CONDITIONS).map((condition) => ({ required: [condition] })) })

/** What one project says of channels and of its own domains. */
export const PROJECT_ENRICHMENT_SCHEMA = z.strictObject({
  channels: z
    .array(rule)
    .describe('Which channel somebody came by, before the table of channels: the first rule that matches.')
    .exactOptional(),
  domains: z
    .array(z.string().min(1))
    .describe('Domains of the site besides the one that a page is on: from there nobody comes anew.')
    .exactOptional(),
})

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'a header has a name without spaces and colons')

/** Headers by which an edge tells where a visitor is. */
export const PLACE_HEADERS_SCHEMA = z.strictObject({
  country: headerName.describe('Two letters: cf-ipcountry, x-vercel-ip-country, cloudfront-viewer-country.'),
  region: headerName.describe('A code or a name: cf-region-code, x-vercel-ip-country-region.').exactOptional(),
  city: headerName.describe('A name: cf-ipcity, x-vercel-ip-city.').exactOptional(),
})
