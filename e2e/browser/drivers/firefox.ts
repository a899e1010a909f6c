import { launch } from 'puppeteer-core'
import type { Driver } from './driver.ts'
import { toTab } from './puppeteer-tab.ts'

/** Nothing leaves the machine: everything but loopback goes to a dead port, and no service is asked. */
const PREFERENCES = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'network.proxy.no_proxies_on': 'localhost, 127.0.0.1, a.example.test, b.example.test',
  'network.dns.localDomains': 'a.example.test,b.example.test',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'dom.disable_open_during_load': false,
  'dom.allow_scripts_to_close_windows': true,
}

/** Firefox over WebDriver BiDi. */
export async function startFirefox(path: string): Promise<Driver> {
  const browser = await launch({
    browser: 'firefox',
    executablePath: path,
    headless: true,
    extraPrefsFirefox: PREFERENCES,
  })
  return {
    async newProfile() {
      const context = await browser.createBrowserContext()
      return { newTab: async () => toTab(await context.newPage()), close: () => context.close() }
    },
    close: () => browser.close(),
  }
}
