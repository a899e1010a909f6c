import type { Page } from 'playwright-core'

const PATIENCE_MS = 60_000

/**
 * Waits until the page shows a text that matches, and gives back what matched. A click or a form that is sent resolves
 * before the next page has come. Rejects after a minute with what the page shows instead.
 */
export async function shownText(page: Page, pattern: RegExp): Promise<string> {
  const place = page.getByText(pattern).first()
  const text = await place.textContent({ timeout: PATIENCE_MS }).catch(async (cause: unknown) => {
    const shown = await page.locator('body').textContent()
    throw new Error(`${page.url()} shows no text that matches ${pattern}, but: ${shown}`, { cause })
  })
  const [found] = pattern.exec(text ?? '') ?? []
  if (found === undefined) throw new Error(`${page.url()} showed a text that matched ${pattern}, and then: ${text}`)
  return found
}
