import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ThreadlineErrorCode } from '@threadline/core'
import { DROP_REASONS, EVENT_ERROR_CODES, REQUEST_ERROR_CODES } from '@threadline/schema'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const [clients = '', collector = ''] = page.split('## What a collector answers')

/** The codes that the first columns of its tables explain, in order. */
function explained(text: string): string[] {
  return [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, code = '']) => code)
}

// The compiler counts these: one that is missing or unknown does not compile.
const others: { readonly [Code in Exclude<ThreadlineErrorCode, (typeof DROP_REASONS)[number]>]: true } = {
  unauthorized: true,
  quota_exceeded: true,
  forbidden: true,
  not_found: true,
  invalid_config: true,
  secret_key_in_browser: true,
  already_started: true,
  unreachable: true,
  server_error: true,
  flush_timeout: true,
  aborted: true,
  spool_failed: true,
}

test('the page of errors explains every code of a client, once', () => {
  const codes = new Set([...DROP_REASONS, ...EVENT_ERROR_CODES, ...Object.keys(others)])
  expect(explained(clients).sort()).toEqual([...codes].sort())
})

test('and every code of a refused request', () => {
  expect(explained(collector).sort()).toEqual([...REQUEST_ERROR_CODES].sort())
})
