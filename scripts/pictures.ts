// Takes the pictures of the live page that README and docs show, from the traffic of `pnpm demo --seed`: `pnpm pictures`.
// `pnpm pictures --all DIR` takes every view at both widths and in both schemes, to be looked at.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { seedDemo } from '../examples/shop/demo/seed.ts'
import { startDemo } from '../examples/shop/demo/start.ts'
import { PICTURES, type Shot, SIZES, VIEWS } from './lib/pictured-views.ts'

const DOCS = new URL('../docs/pictures', import.meta.url).pathname
/** Everybody who clones the repository has them. */
const MAX_BYTES = 150 * 1024

const SCHEMES = ['light', 'dark'] as const

const { values: options } = parseArgs({ options: { all: { type: 'string' }, seeded: { type: 'string' } } })

/** A folder with the demo's data: a given one stays for the next time. */
async function seededFolder(): Promise<{ readonly dataDir: string; readonly isOurs: boolean }> {
  if (options.seeded !== undefined) return { dataDir: options.seeded, isOurs: false }
  const dataDir = await mkdtemp(join(tmpdir(), 'threadline-pictures-'))
  await seedDemo({ dataDir, stopped: new AbortController().signal, progress: () => undefined })
  return { dataDir, isOurs: true }
}

/** Waits until every part shows what the address says, and nothing moves. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .notice-loading') === null)
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    await document.fonts.ready
  })
}

interface Studio {
  readonly browser: Browser
  readonly url: string
  readonly loginUrl: () => Promise<string>
  readonly folder: string
}

async function shootAll({ browser, url, loginUrl, folder }: Studio, shots: readonly Shot[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const scheme of SCHEMES) {
    const context = await browser.newContext({
      colorScheme: scheme,
      locale: 'en-US',
      timezoneId: 'Europe/Berlin',
      deviceScaleFactor: options.all === undefined ? 1.5 : 1,
    })
    const page = await context.newPage()
    await page.goto(await loginUrl())
    await page.getByRole('button', { name: 'Open the live page' }).click()
    await page.waitForURL(`${url}/**`)
    for (const { name, size, open, fullPage } of shots) {
      await page.setViewportSize(SIZES[size])
      // A page of its own: another hash alone would leave what was shown until the answers are there.
      await page.goto('about:blank')
      await open(page, url)
      await settle(page)
      const picture = await page.screenshot({ fullPage })
      // A palette of 256 colours is plenty for flat surfaces, and a third of the size.
      const file = join(folder, `${name}-${size}-${scheme}.png`)
      const { size: bytes } = await sharp(picture).png({ palette: true, effort: 10 }).toFile(file)
      console.log(`${file}  ${Math.round(bytes / 1024)} KB`)
      if (options.all === undefined && bytes > MAX_BYTES) throw new Error(`${file} is larger than ${MAX_BYTES} bytes`)
    }
    await context.close()
  }
}

const { dataDir, isOurs } = await seededFolder()
const demo = await startDemo({ collectorPort: 0, shopPort: 0, dataDir })
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' })
try {
  const everything = (['desktop', 'phone'] as const).flatMap((size) =>
    VIEWS.map(({ name, open }) => ({ name, size, open, fullPage: true })),
  )
  await shootAll(
    {
      browser,
      url: demo.collectorUrl,
      loginUrl: () => demo.livePageUrl(),
      folder: options.all ?? DOCS,
    },
    options.all === undefined ? PICTURES : everything,
  )
} finally {
  await browser.close()
  await demo.close()
  if (isOurs) await rm(dataDir, { recursive: true, force: true })
}
