/** Ceiling of the first wait after a failure, in milliseconds. */
const BACKOFF_BASE_MS = 500
/** Ceiling of every wait, in milliseconds. */
const BACKOFF_MAX_MS = 30_000

/**
 * How long to wait after the given number of failures in a row (1 or more): "full jitter", a uniform pick
 * below a ceiling that doubles, so that clients which failed together do not come back together.
 *
 * @param random - Uniform in [0, 1).
 */
export function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (failures - 1))
}
