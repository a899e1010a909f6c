export interface LoginPages {
  /** Asks to press a button, which posts to the address the page was opened at. */
  readonly button: string
  /** Says that the link does not work. */
  readonly refusal: string
}

/**
 * What a login link shows. Opening it changes nothing: programs that look at the links of a message would use it up. The
 * pages hold nothing of the request, so there is nothing to escape.
 */
export function createLoginPages(files: Iterable<string>): LoginPages {
  const style = [...files].find((path) => path.endsWith('.css'))
  const around = (content: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Threadline</title>
<link rel="icon" href="/icon.svg">
${style === undefined ? '' : `<link rel="stylesheet" href="${style}">`}
<main>
<h1>Threadline</h1>
${content}
</main>
</html>
`
  return {
    button: around(`<p>This link opens the live page in this browser, once, and keeps it open for 30 days.</p>
<form method="post"><button autofocus>Open the live page</button></form>`),
    refusal: around(
      `<p>This link was used already or is too old. Make a new one with <code>threadline login-link</code>.</p>`,
    ),
  }
}
