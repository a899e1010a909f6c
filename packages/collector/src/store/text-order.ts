/**
 * Compares texts as both databases do, by their bytes in UTF-8: negative when `a` comes first. JavaScript's own `<` goes by
 * UTF-16, where what lies beyond the 65,536th character comes before some of what lies below.
 */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}
