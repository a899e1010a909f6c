import { build } from 'esbuild'

/** The page's script, bundled. An app of yours has its own build for this. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('web.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    conditions: ['@threadline/source'],
  })
  return outputFiles[0]?.text ?? ''
}

/** The start page, with the browser's public key. */
export function startPage(key: string): string {
  return `<!doctype html>
<html lang="en" data-key="${key}">
<title>Start</title>
<form method="post" action="/signup"><input name="email" type="email" required><button>Sign up</button></form>
<script src="/page.js" defer></script>
</html>`
}
