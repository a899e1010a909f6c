/** The start page, with the browser's public key. */
export function startPage(key: string): string {
  return `<!doctype html>
<html lang="en" data-key="${key}">
<title>Start</title>
<form method="post" action="/signup"><input name="email" type="email" required><button>Sign up</button></form>
<script src="/page.js" defer></script>
</html>`
}
