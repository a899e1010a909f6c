import { z } from 'zod'

/** A project, wherever one is named. */
export const PROJECT_SCHEMA = z.string().regex(/^[\w.-]{1,64}$/, 'a project is 1 to 64 of A-Z a-z 0-9 _ . -')

/**
 * What a page sends as `Origin`, with `*` for whole labels; apps have schemes of their own (`capacitor://localhost`). Anything else
 * would match no page, and nobody would be told.
 */
export const ORIGIN_SCHEMA = z
  .string()
  .regex(
    /^[a-z][a-z\d+.-]*:\/\/[^\sA-Z/?#]+$/,
    'an origin is as browsers send it, such as https://example.com: in lower case, without a path or a slash at the end',
  )
