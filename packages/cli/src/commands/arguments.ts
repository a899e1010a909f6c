import { InvalidArgumentError } from 'commander'

/** For an option that may be given several times. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** @throws InvalidArgumentError, which the parser turns into a usage error. */
export function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

/** @throws InvalidArgumentError, which the parser turns into a usage error. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It is a number above 0.')
  return value
}

/** @throws InvalidArgumentError, which the parser turns into a usage error. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at least 1.')
  return Number(text)
}

/** `project=days`, added to what came before it. */
export function projectDays(text: string, before: { readonly [project: string]: number } = {}) {
  const [, project, days] = /^([\w.-]{1,64})=(.*)$/.exec(text) ?? []
  if (project === undefined || days === undefined) throw new InvalidArgumentError('It is a project and days: shop=90.')
  return { ...before, [project]: wholeNumber(days) }
}
