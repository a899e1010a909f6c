/** Newer than TypeScript's DOM library, and Chromium's alone. */
interface PrerenderableDocument {
  readonly prerendering?: boolean
}

/** Whether the browser shows this page to nobody yet, and perhaps never will. */
export function isPrerendering(): boolean {
  const { prerendering }: PrerenderableDocument & Document = document
  return prerendering === true
}
