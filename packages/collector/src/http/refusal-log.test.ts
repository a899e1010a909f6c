import { describe, expect, test } from 'vitest'
import type { LogEntry } from '../log-entry.ts'
import { createRefusalLog } from './refusal-log.ts'

function harness() {
  const lines: LogEntry[] = []
  let at = 0
  return {
    lines,
    refuse: createRefusalLog(
      (entry) => lines.push(entry),
      () => at,
    ),
    pass: (ms: number) => (at += ms),
  }
}

describe('the log of refused requests', () => {
  test('tells of the first at once, and counts the others of a minute in the next line', () => {
    const { lines, refuse, pass } = harness()
    for (let time = 0; time < 500; time += 1) refuse('unauthorized', { method: 'POST', path: '/v1/batch' })
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'refused a request',
        code: 'unauthorized',
        status: 401,
        method: 'POST',
        path: '/v1/batch',
      },
    ])
    pass(60_000)
    refuse('unauthorized', { method: 'POST', path: '/v1/batch' })
    expect(lines[1]).toMatchObject({ code: 'unauthorized', since: 499 })
  })

  test('tells other causes and other operations apart', () => {
    const { lines, refuse } = harness()
    refuse('unauthorized', { method: 'POST', path: '/v1/batch' })
    refuse('rate_limited', { method: 'POST', path: '/v1/batch' })
    refuse('unauthorized', { method: 'GET', path: '/v1/people' })
    expect(lines).toHaveLength(3)
  })

  test('names nobody: no id after the operation, and no path that there is not', () => {
    const { lines, refuse } = harness()
    refuse('forbidden', { method: 'GET', path: '/v1/people/ada@example.com/timeline' })
    refuse('not_found', { method: 'GET', path: '/ada@example.com' })
    refuse('unauthorized', { method: 'GET', path: '/people/ada@example.com' })
    expect(JSON.stringify(lines)).not.toContain('ada')
    expect(lines.map(({ path }) => path)).toEqual(['/v1/people', undefined, '/people'])
  })

  test('paths that somebody makes up do not fill the memory, nor the log', () => {
    const { lines, refuse } = harness()
    for (let time = 0; time < 10_000; time += 1) refuse('unauthorized', { method: 'POST', path: `/x${time}` })
    expect(lines).toHaveLength(201)
  })
})
