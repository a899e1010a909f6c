import { type AlertOptions, type Finding, sendTestAlert } from '@threadline/collector'
import type { Config } from '../config/config-schema.ts'
import { configuredAlerts } from '../configured-alerts.ts'

interface InspectAlertsOptions {
  readonly env: NodeJS.ProcessEnv
  /** Posts a test message. */
  readonly send: boolean
}

/** Looks whether somebody is told when something is wrong, and whether messages arrive there. Never rejects. */
export async function inspectAlerts(config: Config, { env, send }: InspectAlertsOptions): Promise<readonly Finding[]> {
  const subject = 'alerts'
  try {
    const alerts = configuredAlerts(config, env)
    if (!alerts) return send ? [{ subject, state: 'problem', message: NOBODY }] : []
    return [{ subject, ...(send ? await posted(alerts) : NOT_SENT) }]
  } catch (error) {
    return [{ subject, state: 'problem', message: error instanceof Error ? error.message : String(error) }]
  }
}

const NOBODY = 'nobody is told: give alerts.url and alerts.secret'
const NOT_SENT = { state: 'fine', message: 'they are configured; --test-alert posts one' } as const

async function posted(alerts: AlertOptions): Promise<Omit<Finding, 'subject'>> {
  const failure = await sendTestAlert(alerts)
  if (failure === undefined) return { state: 'fine', message: 'a test message was taken' }
  return { state: 'problem', message: `a test message was not taken: ${failure}` }
}
