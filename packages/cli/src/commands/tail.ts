import { type Command, Option } from 'commander'
import { addConnectionOptions, type ConnectionOptions, readConnection } from '../connection.ts'
import { onEndSignal } from '../signals.ts'
import { eventLine } from '../tail/event-line.ts'
import { matches, type TailFilter } from '../tail/filter.ts'
import { liveEvents } from '../tail/live-events.ts'
import { collected } from './arguments.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface TailOptions extends ConnectionOptions, TailFilter {
  readonly after?: string
  readonly json?: boolean
}

/** `threadline tail`: events in the terminal as they are stored. */
export function addTailCommand(program: Command, context: Context): void {
  const command = program
    .command('tail')
    .description('Show events as they are stored, the newest fifty first. Goes on after a lost connection.')
    .option('--event <name>', 'only events of this name; repeat it for more', collected)
    .option('--person <id>', 'only events with this user id or anonymous id')
    .addOption(new Option('--sender <sender>', 'only what browsers or servers sent').choices(['browser', 'server']))
    .option('--after <id>', 'go on after this place, the id of an event printed with --json')
  addJsonOption(addConnectionOptions(command)).action(async (options: TailOptions) => {
    const output = outputFor(context, options)
    const connection = await readConnection(options, context.env, output)
    const ended = new AbortController()
    const stopListening = onEndSignal(() => ended.abort())
    const events = liveEvents({
      ...connection,
      after: options.after,
      signal: ended.signal,
      onReconnect: (reason) => output.warn(`${reason}; connecting again`),
    })
    try {
      for await (const event of events) {
        if (matches(event, options)) await output.result({ type: 'event', ...event }, eventLine(event))
      }
    } finally {
      stopListening()
    }
  })
}
