/** What was said already: a mistake in a loop is one mistake. */
const told = new Set<string>()

/** Says something on the console, once. */
export function warn(sentence: string): void {
  if (told.has(sentence)) return
  told.add(sentence)
  // biome-ignore lint/suspicious/noConsole: the developer's console is the place, and production builds have none of it
  console.warn(`threadline: ${sentence}`)
}
