/** One line of a file. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** Bytes of the file up to and including the line's end. */
  readonly end: number
  /** Without the line feed. Undefined when the line is longer than allowed. */
  readonly bytes: Buffer | undefined
}

const LINE_FEED = 10

/** Splits a stream into lines, and holds no more than one of them, of at most `maxBytes`. */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let number = 0
  let position = 0
  let held: Buffer[] = []
  let length = 0

  function take(part: Buffer): void {
    length += part.length
    if (length <= maxBytes) held.push(part)
    else held = []
  }

  function finish(): Line {
    number += 1
    const bytes = length <= maxBytes ? Buffer.concat(held) : undefined
    held = []
    length = 0
    return { number, end: position, bytes }
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, start)) {
      take(chunk.subarray(start, feed))
      position += feed + 1 - start
      start = feed + 1
      yield finish()
    }
    take(chunk.subarray(start))
    position += chunk.length - start
  }
  if (length > 0) yield finish()
}
