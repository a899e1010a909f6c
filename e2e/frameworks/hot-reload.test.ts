import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { describeFramework } from './contract.ts'

const apps = fileURLToPath(new URL('apps/', import.meta.url))

/** A copy of an app's sources, to be edited while its development server runs. */
function describeHotReload(title: string, folder: string, file: string): void {
  const copy = `.dev-${folder}`
  rmSync(apps + copy, { recursive: true, force: true })
  cpSync(apps + folder, apps + copy, { recursive: true })
  afterAll(() => rmSync(apps + copy, { recursive: true, force: true }))

  async function edit(page: Page): Promise<void> {
    const path = `${apps}${copy}/${file}`
    await page.evaluate('window.isSamePage = true')
    writeFileSync(path, readFileSync(path, 'utf8').replace('first edition', 'second edition'))
    await page.waitForFunction(() => document.querySelector('footer')?.textContent === 'second edition')
    // Reloaded as a whole, there would be nothing to see.
    await page.waitForFunction('window.isSamePage === true')
  }

  describeFramework(title, { folder: copy, serve: ['vite/bin/vite.js', '--port', '0', '--strictPort'], edit })
}

describeHotReload('Hot reload of a React component whose effect starts the client', 'react', 'app.tsx')
describeHotReload('Hot reload of a Vue app whose module makes the client', 'vue', 'tracking.ts')
