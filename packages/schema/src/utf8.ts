const BEYOND_ASCII = /[\x80-\uffff]/

/**
 * The bytes of a string in UTF-8, without making them. A lone surrogate counts 3, as its replacement character does.
 */
export function utf8Bytes(text: string): number {
  // Most JSON is ASCII, and a regular expression sees that several times faster than the loop.
  if (!BEYOND_ASCII.test(text)) return text.length
  let bytes = text.length
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    bytes += unit < 0x800 ? 1 : 2
    // A pair is two units and four bytes: the two units count 2 already, the high one added 2.
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) index += 1
  }
  return bytes
}
