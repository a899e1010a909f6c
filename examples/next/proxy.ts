import { middleware } from './threadline.ts'

export const proxy = middleware

// Where the proxy sets a cookie, Next's answer is private. Leave out the pages that caches may share.
export const config = { matcher: ['/((?!_next/|pricing$).*)'] }
