import { expect, onTestFinished, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { startApp } from './app-process.ts'
import { startTestCollector } from './test-collector.ts'

describeWithBrowser('chromium', 'A page without a bundler', (path) => {
  test('captures its view and a click, on another origin than the collector', async () => {
    const collector = await startTestCollector()
    onTestFinished(() => collector.close())
    const app = await startApp({
      example: 'plain-html',
      command: process.execPath,
      args: ['--import', 'tsx', 'serve.ts'],
      env: collector.env,
    })
    onTestFinished(() => app.stop())
    const browser = await launchChromium(path)
    onTestFinished(() => browser.close())

    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(app.origin)
    await page.click('button')
    const [cookie] = (await context.cookies()).filter(({ name }) => name === 'tl_id')
    const timeline = await collector.timelineWhere(cookie?.value ?? '', ({ events }) => events.length === 2)
    expect(timeline.events.map(({ event, sender }) => `${sender} ${event.event}`).sort()).toEqual([
      'browser $pageview',
      'browser lead_created',
    ])
  })
})
