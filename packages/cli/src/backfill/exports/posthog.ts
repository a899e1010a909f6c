import { fromPosthog } from '@threadline/collector'
import { parseJson } from '../../parse-json.ts'
import { toTime } from '../convert.ts'
import { isLine, type Line } from './line.ts'

/** An object, or its text: batch exports have either. */
function objectOf(value: unknown): Line {
  const read = typeof value === 'string' ? parseJson(value) : value
  return isLine(read) ? read : {}
}

/**
 * One line of PostHog's batch export in JSON Lines: read as PostHog's own clients send it, with times as they are. An ordinary event that
 * sets properties of its person becomes two, as in the collector.
 */
export function readPosthog(line: Line): readonly Line[] {
  if (line['timestamp'] === undefined) return [{}]
  const properties = objectOf(line['properties'])
  const sent = {
    uuid: line['uuid'],
    event: line['event'],
    distinct_id: line['distinct_id'],
    timestamp: toTime(line['timestamp']),
    properties: { ...('ip' in line && typeof line['ip'] === 'string' && { $ip: line['ip'] }), ...properties },
    $set: objectOf(line['set'] ?? properties['$set']),
    $set_once: objectOf(line['set_once'] ?? properties['$set_once']),
  }
  return fromPosthog(sent, { receivedAt: Date.now(), isHistory: true, isTrusted: true }).filter(isLine)
}
