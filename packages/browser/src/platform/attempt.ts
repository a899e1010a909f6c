/**
 * Runs what a browser may forbid (storage, cookies, locks) or what a page passed in, and gives its result;
 * `undefined` when it threw.
 */
export function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
