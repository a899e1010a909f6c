import type { Command } from 'commander'
import { z } from 'zod'
import { CliError } from '../cli-error.ts'
import { errorMessage, reasonOf } from '../collector-answer.ts'
import { addConnectionOptions, type Connection, type ConnectionOptions, readConnection } from '../connection.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface LoginLinkOptions extends ConnectionOptions {
  readonly json?: boolean
}

const answer = z.object({ path: z.string().startsWith('/login'), expiresAt: z.string() })

/** `threadline login-link`: a link to the live page of the key's project, from a running collector. */
export function addLoginLinkCommand(program: Command, context: Context): void {
  const command = program
    .command('login-link')
    .description("Print a link that opens the live page of the key's project once, within 24 hours. Needs an sk_ key.")
  addJsonOption(addConnectionOptions(command)).action(async (options: LoginLinkOptions) => {
    const output = outputFor(context, options)
    const connection = await readConnection(options, context.env, output)
    const { path, expiresAt } = answer.parse(await requestLink(connection))
    const url = `${connection.host}${path}`
    await output.result({ type: 'login_link', url, expiresAt }, url)
  })
}

async function requestLink({ host, key }: Connection): Promise<unknown> {
  const response = await fetch(`${host}/v1/login-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    redirect: 'manual',
  }).catch((error: unknown) => {
    throw new CliError('unavailable', reasonOf(error), { cause: error })
  })
  if (response.ok) return response.json()
  const code = response.status === 401 || response.status === 403 ? 'access_denied' : 'unavailable'
  throw new CliError(code, `the collector refuses: ${await errorMessage(response)}`)
}
