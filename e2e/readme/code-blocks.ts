/** A fenced block of code in a Markdown page. */
export interface CodeBlock {
  /** What stands behind the opening fence: `ts`, `sh`, … */
  readonly language: string
  /** The file it is, or the tab that it stands on: what follows the language in brackets; empty when nothing does. */
  readonly name: string
  readonly code: string
  /** Line of the page on which the code begins, from 1. */
  readonly line: number
  /**
   * What the reader is expected to have: the text of a comment `<!-- given: … -->` on the line above the fence. Readers
   * do not see it.
   */
  readonly given: string
}

const GIVEN = /^<!-- given: (.*) -->$/
const OPENING = /^```(\S+)(?: \[(.+)\])?/

/** The fenced blocks of a Markdown page, in their order. A block that nothing closes goes on to the end of the page. */
export function codeBlocks(page: string): CodeBlock[] {
  const lines = page.split('\n')
  const blocks: CodeBlock[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const [, language, name = ''] = OPENING.exec(lines[at] ?? '') ?? []
    if (language === undefined) continue
    const closing = lines.indexOf('```', at + 1)
    const end = closing === -1 ? lines.length : closing
    const given = GIVEN.exec(lines[at - 1] ?? '')?.[1] ?? ''
    blocks.push({ language, name, code: lines.slice(at + 1, end).join('\n'), line: at + 2, given })
    at = end
  }
  return blocks
}
