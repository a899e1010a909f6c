/** The largest integer that every reader of JSON takes exactly, as text for a statement. */
const MOST = String(Number.MAX_SAFE_INTEGER)

/**
 * A sum that stops at ±9007199254740991 (2⁵³ − 1). The engines add up beyond that, exactly; a number of JSON does not hold
 * it, and one sum that cannot be read must not take a report with it.
 */
export const bounded = (sum: string): string => `CAST(least(greatest(${sum}, -${MOST}), ${MOST}) AS BIGINT)`
