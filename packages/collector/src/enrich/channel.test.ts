import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Arrival, acquisitionOf, CHANNELS } from './channel.ts'
import { compileChannelRules } from './channel-rules.ts'

const NOTHING: Arrival = { utm: {}, clickIds: [], referrerHost: undefined, isInternal: false }

const from = (referrerHost: string): Partial<Arrival> => ({ referrerHost })
const utm = (source: string, medium?: string, campaign?: string): Partial<Arrival> => ({
  utm: { source, ...(medium !== undefined && { medium }), ...(campaign !== undefined && { campaign }) },
})

describe('how somebody came', () => {
  test.each<[Partial<Arrival>, channel: string, origin?: string]>([
    [{}, 'direct'],
    [utm('(direct)', '(none)'), 'direct'],
    [utm(' '), 'direct'],
    [{ isInternal: true }, 'internal'],
    // By the page that linked here.
    [from('google.com'), 'organic_search', 'Google'],
    [from('google.co.uk'), 'organic_search', 'Google'],
    [from('uk.search.yahoo.com'), 'organic_search', 'Yahoo'],
    [from('bing.com'), 'organic_search', 'Bing'],
    [from('duckduckgo.com'), 'organic_search', 'DuckDuckGo'],
    [from('search.brave.com'), 'organic_search', 'Brave'],
    [from('com.google.android.googlequicksearchbox'), 'organic_search', 'Google'],
    [from('cloud.google.com'), 'referral', 'Google'],
    [from('docs.google.com'), 'referral', 'Google Docs'],
    [from('mail.google.com'), 'email', 'Gmail'],
    [from('com.google.android.gm'), 'email', 'Gmail'],
    [from('l.facebook.com'), 'organic_social', 'Facebook'],
    [from('t.co'), 'organic_social', 'X'],
    [from('out.reddit.com'), 'organic_social', 'Reddit'],
    [from('news.ycombinator.com'), 'organic_social', 'Hacker News'],
    [from('m.youtube.com'), 'organic_video', 'YouTube'],
    [from('youtu.be'), 'organic_video', 'YouTube'],
    [from('amazon.de'), 'organic_shopping', 'Amazon'],
    [from('aws.amazon.com'), 'referral', 'Amazon'],
    [from('chatgpt.com'), 'ai_assistants', 'ChatGPT'],
    [from('gemini.google.com'), 'ai_assistants', 'Gemini'],
    [from('copilot.microsoft.com'), 'ai_assistants', 'Copilot'],
    [from('blog.example'), 'referral', 'blog.example'],
    [from('notgoogle.com'), 'referral', 'notgoogle.com'],
    [from('google.com.evil.example'), 'referral', 'google.com.evil.example'],
    // By what a campaign says.
    [utm('google', 'cpc'), 'paid_search', 'Google'],
    [utm('Google', 'CPC'), 'paid_search', 'Google'],
    [utm('google', 'organic'), 'organic_search', 'Google'],
    [utm('some engine', 'organic'), 'organic_search', 'some engine'],
    [utm('google', 'email'), 'email', 'Google'],
    [utm('fb', 'paid_social'), 'paid_social', 'Facebook'],
    [utm('facebook', 'cpm'), 'paid_social', 'Facebook'],
    [utm('facebook'), 'organic_social', 'Facebook'],
    [utm('buffer', 'social'), 'organic_social', 'buffer'],
    [utm('buffer', 'social-media'), 'organic_social', 'buffer'],
    [utm('youtube', 'cpv'), 'paid_video', 'YouTube'],
    [utm('youtube', 'cpc'), 'paid_video', 'YouTube'],
    [utm('ads', 'video'), 'organic_video', 'ads'],
    [utm('amazon', 'ppc'), 'paid_shopping', 'Amazon'],
    [utm('google', 'cpc', 'Summer Shopping'), 'paid_shopping', 'Google'],
    [utm('google', 'cpc', 'workshop'), 'paid_search', 'Google'],
    [utm('google', 'cpc', 'pmax cross-network'), 'cross_network', 'Google'],
    [utm('network', 'cpm'), 'display', 'network'],
    [utm('network', 'banner'), 'display', 'network'],
    [utm('network', 'cpc'), 'paid_other', 'network'],
    [utm('network', 'retargeting'), 'paid_other', 'network'],
    [utm('mailchimp', 'email', 'june'), 'email', 'Mailchimp'],
    [utm('newsletter'), 'email', 'newsletter'],
    [utm('june', 'newsletter'), 'email', 'june'],
    [utm('e-mail'), 'email', 'e-mail'],
    [utm('partner', 'affiliate'), 'affiliates', 'partner'],
    [utm('partner', 'affiliates'), 'affiliates', 'partner'],
    [utm('partner', 'referral'), 'referral', 'partner'],
    [utm('podcast', 'audio'), 'audio', 'podcast'],
    [utm('sms'), 'sms', 'sms'],
    [utm('app', 'push'), 'push', 'app'],
    [utm('firebase'), 'push', 'firebase'],
    [utm('chatgpt.com'), 'ai_assistants', 'ChatGPT'],
    [utm('perplexity', 'referral'), 'ai_assistants', 'Perplexity'],
    [utm('github', 'readme'), 'referral', 'GitHub'],
    [utm('acme'), 'unassigned', 'acme'],
    [utm('acme', 'print'), 'unassigned', 'acme'],
    [{ ...utm('acme', 'print'), referrerHost: 'blog.example' }, 'referral', 'acme'],
    [{ ...utm('acme'), ...from('google.com') }, 'referral', 'acme'],
    // By click ids.
    [{ clickIds: ['gclid'] }, 'paid_search', 'Google'],
    [{ clickIds: ['gclid'], ...from('google.com') }, 'paid_search', 'Google'],
    [{ clickIds: ['gclid'], ...utm('google', 'google-ads') }, 'paid_search', 'Google'],
    [{ clickIds: ['gclid'], ...utm('google', 'organic') }, 'organic_search', 'Google'],
    [{ clickIds: ['msclkid'] }, 'paid_search', 'Bing'],
    [{ clickIds: ['ttclid'] }, 'paid_social', 'TikTok'],
    [{ clickIds: ['li_fat_id'] }, 'paid_social', 'LinkedIn'],
    [{ clickIds: ['ScCid'] }, 'paid_social', 'Snapchat'],
    [{ clickIds: ['dclid'] }, 'display', 'Google'],
    [{ clickIds: ['fbclid'] }, 'organic_social', 'Facebook'],
    [{ clickIds: ['fbclid'], ...utm('facebook', 'paid') }, 'paid_social', 'Facebook'],
    [{ clickIds: ['fbclid'], ...utm('june', 'email') }, 'email', 'june'],
    [{ clickIds: ['unheard_of'] }, 'unassigned'],
  ])('%j came by %s', (fields, channel, origin) => {
    expect(acquisitionOf({ ...NOTHING, ...fields })).toEqual({ channel, origin })
  })

  test('whatever the texts are, it is one of the channels', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('google', 'cpc', 'email', '__proto__'),
    )
    const optional = fc.option(text, { nil: undefined })
    const arrival = fc.record({
      utm: fc.record({ source: optional, medium: optional, campaign: optional, term: optional, content: optional }),
      clickIds: fc.array(fc.oneof(text, fc.constantFrom('gclid', 'fbclid', 'dclid')), { maxLength: 3 }),
      referrerHost: optional,
      isInternal: fc.boolean(),
    })
    fc.assert(
      fc.property(arrival, (each) => {
        expect(CHANNELS).toContain(acquisitionOf(each).channel)
      }),
    )
  })
})

describe('rules of a project', () => {
  const facts = { source: '', medium: '', campaign: '', referrer: '' }

  test('come before the table, the first that matches first', () => {
    const rules = compileChannelRules([
      { channel: 'Partners', source: 'ACME*', medium: 'cpc' },
      { channel: 'Everything of acme', source: 'acme-1' },
      { channel: 'direct', referrer: 'intranet.example' },
    ])
    expect(acquisitionOf({ ...NOTHING, ...utm('Acme-1', 'CPC') }, rules).channel).toBe('Partners')
    expect(acquisitionOf({ ...NOTHING, ...utm('acme-1', 'email') }, rules).channel).toBe('Everything of acme')
    expect(acquisitionOf({ ...NOTHING, ...from('wiki.intranet.example') }, rules).channel).toBe('direct')
    expect(acquisitionOf({ ...NOTHING, ...from('notintranet.example') }, rules).channel).toBe('referral')
  })

  test.each([
    ['spring-*', 'spring-', true],
    ['spring-*', 'spring-2026', true],
    ['spring-*', 'winter', false],
    ['*sale*', 'the sale of june', true],
    ['*sale', 'sale now', false],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*bc', 'abc', false],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
  ])('the pattern %j on %j: %s', (campaign, text, expected) => {
    const rules = compileChannelRules([{ channel: 'x', campaign }])
    expect(rules({ ...facts, campaign: text }) !== undefined).toBe(expected)
  })

  test('take a pattern for a host as well', () => {
    const rules = compileChannelRules([{ channel: 'Shops', referrer: 'shop.*' }])
    expect(rules({ ...facts, referrer: 'shop.example' })).toBe('Shops')
    expect(rules({ ...facts, referrer: 'www.shop.example' })).toBeUndefined()
  })

  test.each([{ channel: 'x' }, { channel: ' ', source: 'a' }, { channel: 'x'.repeat(65), source: 'a' }])(
    'are refused when they cannot be meant: %j',
    (rule) => expect(() => compileChannelRules([rule])).toThrow(TypeError),
  )

  test('answer for any pattern and any text', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '.', '('), { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '.', '(') }), (campaign, text) => {
        const escaped = campaign.split('*').map((part) => part.replace(/[.(]/g, String.raw`\$&`))
        const expected = new RegExp(`^${escaped.join('.*')}$`).test(text)
        const rules = compileChannelRules([{ channel: 'x', campaign }])
        expect(rules({ ...facts, campaign: text }) !== undefined).toBe(expected)
      }),
    )
  })
})
