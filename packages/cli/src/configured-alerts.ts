import { type AlertOptions, checkAlertOptions } from '@threadline/collector'
import { usageError } from './cli-error.ts'
import type { Config } from './config/config-schema.ts'

/**
 * Whom to tell of what: the configuration file's `alerts`, with address and secret from `THREADLINE_ALERT_URL` and
 * `THREADLINE_ALERT_SECRET` where the file has none. Undefined when neither says anything.
 *
 * @throws CliError `usage` when one of the two is missing, or something is malformed. It repeats neither.
 */
export function configuredAlerts({ alerts }: Pick<Config, 'alerts'>, env: NodeJS.ProcessEnv): AlertOptions | undefined {
  const url = alerts?.url ?? env['THREADLINE_ALERT_URL']
  const secret = alerts?.secret ?? env['THREADLINE_ALERT_SECRET']
  if (!alerts && !url && !secret) return undefined
  if (!url) throw usageError('alerts have no address: give alerts.url or THREADLINE_ALERT_URL')
  if (!secret) throw usageError('alerts have no secret: give alerts.secret or THREADLINE_ALERT_SECRET')
  const options = { ...alerts, url, secret }
  try {
    checkAlertOptions(options)
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
  return options
}
