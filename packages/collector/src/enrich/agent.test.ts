import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientHintsOf, createAgentReader, DEVICES } from './agent.ts'

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'
const readAgent = createAgentReader()

describe('what somebody visits with', () => {
  test.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`, 'desktop', 'Chrome', 'Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/142.0.0.0`,
      'desktop',
      'Microsoft Edge',
      'Windows',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36 OPR/124.0.0.0`, 'desktop', 'Opera', 'Linux'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, 'desktop', 'Chrome', 'Chrome OS'],
    [`Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`, 'mobile', 'Chrome', 'Android'],
    [`Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Safari/537.36`, 'tablet', 'Chrome', 'Android'],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36',
      'mobile',
      'Samsung Internet for Android',
      'Android',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'desktop', 'Firefox', 'Linux'],
    ['Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0', 'mobile', 'Firefox', 'Android'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
      'desktop',
      'Safari',
      'macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
      'mobile',
      'Safari',
      'iOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1',
      'mobile',
      'Chrome',
      'iOS',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
      'tablet',
      'Safari',
      'iOS',
    ],
    [`Mozilla/5.0 (Web0S; Linux/SmartTV) ${CHROME} Safari/537.36 WebAppManager`, 'tv', 'WebOS Browser', 'WebOS'],
    [
      'Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36',
      'tv',
      'Tizen',
      'Tizen',
    ],
    [
      'Mozilla/5.0 (PlayStation; PlayStation 5/9.00) AppleWebKit/605.1.15 (KHTML, like Gecko)',
      'tv',
      undefined,
      undefined,
    ],
  ])('%s', (userAgent, device, browser, os) => {
    const agent = readAgent(userAgent)
    expect(agent.bot).toBeUndefined()
    expect(agent.device).toBe(device)
    if (browser !== undefined) expect(agent).toMatchObject({ browser, os })
  })

  test.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'],
    [
      `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${CHROME} Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
      'Googlebot',
    ],
    [
      `Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) ${CHROME}`,
      'Bingbot',
    ],
    [
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
      'GPTBot',
    ],
    ['Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)', 'ClaudeBot'],
    [
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36`,
      'Automated browser',
    ],
    ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'Facebook preview'],
    ['WhatsApp/2.23.20.0', 'WhatsApp preview'],
    ['Mozilla/5.0 (compatible; SomeNewCrawler/1.0; +https://crawler.example)', 'Other'],
    ['curl/8.14.1', 'Other'],
  ])('%s is a bot', (userAgent, bot) => {
    expect(readAgent(userAgent)).toMatchObject({ device: 'bot', bot })
  })

  test('client hints name what the user agent hides', () => {
    const hints = clientHintsOf((name) =>
      name === 'sec-ch-ua' ? '"Chromium";v="142", "Brave";v="142", "Not?A_Brand";v="99"' : undefined,
    )
    const userAgent = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`
    expect(readAgent(userAgent, hints).browser).toBe('Brave')
    expect(readAgent(userAgent).browser).toBe('Chrome')
  })

  test('any text is some device', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('Mozilla/5.0 (', 'Android', ';'))
    fc.assert(
      fc.property(
        fc.array(texts, { minLength: 1 }).filter((parts) => parts.join('') !== ''),
        fc.option(texts, { nil: undefined }),
        (parts, hints) => {
          expect(DEVICES).toContain(readAgent(parts.join(''), hints).device)
        },
      ),
    )
  })

  test('is told anew after more different ones than are remembered', () => {
    const first = readAgent('Mozilla/5.0 (Windows NT 10.0) First/1.0')
    for (let each = 0; each < 5_001; each += 1) readAgent(`Mozilla/5.0 (Windows NT 10.0) Other/${each}`)
    expect(readAgent('Mozilla/5.0 (Windows NT 10.0) First/1.0')).not.toBe(first)
    expect(readAgent('Mozilla/5.0 (Windows NT 10.0) First/1.0')).toEqual(first)
    const latest = readAgent('Mozilla/5.0 (Windows NT 10.0) Other/5000')
    expect(readAgent('Mozilla/5.0 (Windows NT 10.0) Other/5000')).toBe(latest)
  })
})

test('client hints are the three that come unasked, in bounds', () => {
  const headers: { readonly [name: string]: string } = {
    'sec-ch-ua': '"Chromium";v="142"',
    'sec-ch-ua-mobile': '?0',
    'sec-ch-ua-platform': '"Linux"',
  }
  expect(clientHintsOf((name) => headers[name])).toBe('"Chromium";v="142"\n?0\n"Linux"')
  expect(clientHintsOf(() => undefined)).toBeUndefined()
  expect(clientHintsOf(() => 'x'.repeat(1_000))).toHaveLength(400)
})
