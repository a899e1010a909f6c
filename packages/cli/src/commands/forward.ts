import type { Command } from 'commander'
import { z } from 'zod'
import { CliError, usageError } from '../cli-error.ts'
import { errorMessage, reasonOf } from '../collector-answer.ts'
import { addConnectionOptions, type Connection, type ConnectionOptions, readConnection } from '../connection.ts'
import { printable } from '../printable.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface ForwardCommandOptions extends ConnectionOptions {
  readonly json?: boolean
}

interface BeginOptions extends ForwardCommandOptions {
  readonly from: string
}

const forwardStatus = z.looseObject({
  name: z.string(),
  destination: z.string(),
  pausedAt: z.string().nullable(),
  progress: z.number().nullable(),
  lagSeconds: z.number(),
  trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
  outcomes: z.record(z.string(), z.number()),
})

const listAnswer = z.object({ forwards: z.array(forwardStatus) })

/** `threadline forward list | pause | resume | begin`, by a running collector. */
export function addForwardCommand(program: Command, context: Context): void {
  const forward = program
    .command('forward')
    .description('Show where a running collector forwards events, and pause, resume or begin anew.')

  withCommonOptions(
    forward.command('list').description('List the destinations of the key’s project, and how far each is.'),
  ).action(async (options: ForwardCommandOptions) => {
    const output = outputFor(context, options)
    const connection = await readConnection(options, context.env, output)
    const { forwards } = listAnswer.parse(await ask(connection, '/v1/forwards'))
    for (const each of forwards) await output.result({ type: 'forward', ...each }, describe(each))
    if (forwards.length === 0) output.note('Nothing is forwarded from this project.')
  })

  for (const [action, done, description] of [
    ['pause', 'paused', 'Stop forwarding to a destination, until it is resumed. Nothing is lost. Needs an sk_ key.'],
    ['resume', 'resumed', 'Go on forwarding where it stopped. Needs an sk_ key.'],
  ] as const) {
    withCommonOptions(forward.command(`${action} <name>`).description(description)).action(
      async (name: string, options: ForwardCommandOptions) => {
        const output = outputFor(context, options)
        await ask(await readConnection(options, context.env, output), pathOf(name, action), {})
        await output.result({ type: `forward_${done}`, name }, `${printable(name)} is ${done}.`)
      },
    )
  }

  const begin = forward
    .command('begin <name>')
    .description('Begin forwarding anew: what went before goes again. Needs an sk_ key.')
    .requiredOption('--from <instant>', 'now, or a day such as 2026-01-31: with the events that happened since')
  withCommonOptions(begin).action(async (name: string, options: BeginOptions) => {
    const output = outputFor(context, options)
    const { from } = options
    await ask(await readConnection(options, context.env, output), pathOf(name, 'begin'), { from })
    await output.result({ type: 'forward_begun', name, from }, `${printable(name)} begins anew.`)
  })
}

function withCommonOptions(command: Command): Command {
  return addJsonOption(addConnectionOptions(command))
}

function pathOf(name: string, action: string): string {
  return `/v1/forwards/${encodeURIComponent(name)}/${action}`
}

/** Posts where there is a body. */
async function ask({ host, key }: Connection, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${host}${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    redirect: 'manual',
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new CliError('unavailable', reasonOf(error), { cause: error })
  })
  if (response.ok) return response.json()
  const message = `the collector refuses: ${await errorMessage(response)}`
  if (response.status === 400 || response.status === 404) throw usageError(message)
  throw new CliError(response.status === 401 || response.status === 403 ? 'access_denied' : 'unavailable', message)
}

function describe({
  name,
  destination,
  pausedAt,
  progress,
  lagSeconds,
  trouble,
  outcomes,
}: z.infer<typeof forwardStatus>) {
  const lag = lagSeconds === 0 ? 'up to date' : `${Math.ceil(lagSeconds)} s behind`
  return [
    name,
    name === destination ? '' : destination,
    pausedAt === null ? lag : `paused, ${lag}`,
    progress === null || progress === 1 ? '' : `${Math.floor(progress * 100)}% of what was there`,
    ...Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`),
    trouble === null ? '' : trouble.message,
  ]
    .filter((word) => word !== '')
    .map(printable)
    .join('  ')
}
