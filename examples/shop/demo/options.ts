import { parseArgs } from 'node:util'

export const USAGE = `pnpm demo [options]

  --collector-port PORT   preferred port of the collector (THREADLINE_COLLECTOR_PORT, default 4318)
  --shop-port PORT        preferred port of the shop (THREADLINE_SHOP_PORT, default 4319)
  --data-dir DIR          where events are kept (THREADLINE_DATA_DIR, default .threadline)
  --seed                  plays thirty days of traffic first, and the thirty before to compare with
  --peers                 runs the browser clients of Segment and PostHog beside ours, for the same visitor
  --help                  this text

A port that is taken moves on to a free one; 0 takes any. Ctrl-C stops cleanly, a second one at once.
`

export interface DemoOptions {
  readonly collectorPort: number
  readonly shopPort: number
  /** As given: relative to the working directory. Undefined means `.threadline` in the repository. */
  readonly dataDir: string | undefined
  readonly seed: boolean
  /** Whether the pages also run the official browser clients of Segment and PostHog. */
  readonly peers: boolean
  readonly help: boolean
}

/**
 * What the demo is asked to do; an option wins over the environment.
 *
 * Throws a TypeError that names what is wrong for an unknown option and for a port outside 0 to 65535.
 */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): DemoOptions {
  const { values } = parseArgs({
    // pnpm passes on the `--` of `pnpm demo -- --seed`.
    args: args.filter((arg) => arg !== '--'),
    options: {
      'collector-port': { type: 'string' },
      'shop-port': { type: 'string' },
      'data-dir': { type: 'string' },
      seed: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return {
    collectorPort: port('collector port', values['collector-port'] ?? env['THREADLINE_COLLECTOR_PORT'] ?? '4318'),
    shopPort: port('shop port', values['shop-port'] ?? env['THREADLINE_SHOP_PORT'] ?? '4319'),
    dataDir: values['data-dir'] ?? env['THREADLINE_DATA_DIR'],
    seed: values.seed,
    peers: values.peers,
    help: values.help,
  }
}

function port(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new TypeError(`The ${name} must be 0 to 65535, not "${text}".`)
  return value
}
