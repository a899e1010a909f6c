import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { bundle } from '../browser/bundle.ts'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import type { Relay } from './relay.ts'

/** A visitor's tab. */
export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** What the console says is wrong. */
  readonly heard: string[]
}

/** A site whose pages have the scripts that a test names. */
export interface Site {
  readonly origin: string
  /** Opens a tab of a profile of its own; closed when the test ends. */
  visitor(): Promise<Visitor>
  /** What every page opened from now on has in its body. */
  show(html: string): void
  /** Passes what comes to `/t/…` on to a collector from now on, as a site does that has it on its own domain. */
  forwardTo(relay: Relay | undefined): void
}

export interface SiteContent {
  /** Folders of files that are served as they are, by the beginning of their addresses. */
  readonly folders?: { readonly [address: string]: string }
  /** By path; with the name of a global variable for its exports, or as a module. */
  readonly scripts: { readonly [path: string]: { readonly code: string; readonly as?: string } }
  /** What every page has in its body. */
  readonly page: string
}

/** A `describe` in Chromium for the pages of a site. */
export function describeOnSite(title: string, content: SiteContent, tests: (site: Site) => void): void {
  const { scripts, folders = {} } = content
  describeWithBrowser('chromium', title, (path) => {
    let browser: Browser
    let server: Server
    let origin = ''
    let body = content.page
    let behind: Relay | undefined
    const bundled = new Map<string, string>()

    beforeAll(async () => {
      for (const [place, { code, as }] of Object.entries(scripts)) {
        bundled.set(place, await bundle(code, as === undefined ? {} : { globalName: as }))
      }
      server = createServer((request, response) => {
        const { pathname } = new URL(request.url ?? '/', 'http://site')
        if (pathname.startsWith('/t/') && behind) {
          // What nobody answers is cut off, as the relay does it.
          return void forward(`${behind.url}${pathname.slice(2)}`, request, response).catch(() => request.destroy())
        }
        const script = bundled.get(pathname) ?? fileAt(folders, pathname)
        response.writeHead(200, {
          'content-type': script === undefined ? 'text/html; charset=utf-8' : 'text/javascript',
        })
        response.end(
          script ?? `<!doctype html><title>Page ${pathname}</title><link rel="icon" href="data:,"><body>${body}</body>`,
        )
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (address === null || typeof address === 'string') throw new TypeError('the site listens on no port')
      origin = `http://127.0.0.1:${address.port}`
      browser = await launchChromium(path)
    })
    afterAll(async () => {
      await browser?.close()
      server?.closeAllConnections()
      server?.close()
    })

    tests({
      get origin() {
        return origin
      },
      show(html) {
        body = html
      },
      forwardTo(relay) {
        behind = relay
      },
      async visitor() {
        const context = await browser.newContext()
        onTestFinished(() => context.close())
        const page = await context.newPage()
        const heard: string[] = []
        page.on('console', (line) => {
          if (line.type() === 'error' || line.type() === 'warning') heard.push(line.text())
        })
        page.on('pageerror', (error) => heard.push(error.message))
        return { context, page, heard }
      },
    })
  })
}

function fileAt(folders: NonNullable<SiteContent['folders']>, pathname: string): Buffer | undefined {
  const [address, folder] = Object.entries(folders).find(([each]) => pathname.startsWith(each)) ?? []
  if (address === undefined || folder === undefined) return undefined
  const file = join(folder, basename(pathname))
  return existsSync(file) ? readFileSync(file) : undefined
}

async function forward(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray())
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: headersOf(request.headers),
    ...(body.length > 0 && { body }),
  })
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
  response.end(await answer.text())
}

/** What a proxy passes on: the visitor's cookies and browser, and where they are. */
function headersOf(headers: NodeJS.Dict<string | string[]>): { readonly [name: string]: string } {
  const passed = ['content-type', 'cookie', 'user-agent', 'sec-gpc', 'origin']
  const found = passed.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []))
  return { ...Object.fromEntries(found), 'x-forwarded-for': '203.0.113.7' }
}
