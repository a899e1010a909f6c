import { parse } from 'tldts'

/** What a site is to those who come from it. `other` is told by its name, and is a referral. */
export type SiteKind = (typeof KINDS)[number]

const KINDS = ['search', 'social', 'video', 'shopping', 'email', 'ai', 'other'] as const

/** A site that many come from. */
export interface Site {
  /** As people write it. */
  readonly name: string
  readonly kind: SiteKind
}

/**
 * Sites by kind and name, each with its domains and what campaigns call it. A word without a dot is also the name of a domain
 * under any ending (`google.de`, `google.co.uk`), unless it begins with `=`: then it stands in campaigns only.
 *
 * Kinds are those of the lists that Google Analytics publishes with its default channel groups; AI assistants are ours.
 */
const SITES: { readonly [Kind in SiteKind]: { readonly [name: string]: string } } = {
  search: {
    Google: 'google =adwords =googleads =google-ads =google_ads com.google.android.googlequicksearchbox',
    Bing: 'bing =bingads =microsoft-ads',
    DuckDuckGo: 'duckduckgo duck.com',
    Yahoo: 'yahoo',
    Yandex: 'yandex ya.ru',
    Baidu: 'baidu',
    Ecosia: 'ecosia',
    Brave: 'search.brave.com =brave',
    Qwant: 'qwant',
    Startpage: 'startpage startpage.com',
    Kagi: 'kagi.com =kagi',
    Naver: 'naver search.naver.com',
    Seznam: 'seznam.cz search.seznam.cz =seznam',
    Sogou: 'sogou sogou.com',
    'So.com': 'so.com 360.cn',
    Swisscows: 'swisscows',
    Mojeek: 'mojeek',
    AOL: 'aol search.aol.com',
    Ask: 'ask.com',
    Lycos: 'lycos',
    Daum: 'daum.net =daum',
    Presearch: 'presearch.com presearch.org',
    Petal: 'petalsearch.com',
    MetaGer: 'metager metager.org metager.de',
  },
  social: {
    Facebook: 'facebook fb.com fb.me =fb =meta =facebookads com.facebook.katana',
    Instagram: 'instagram =ig com.instagram.android',
    X: 'twitter.com x.com t.co =twitter =x com.twitter.android',
    LinkedIn: 'linkedin.com lnkd.in =linkedin =li com.linkedin.android',
    TikTok: 'tiktok.com =tiktok com.zhiliaoapp.musically',
    Reddit: 'reddit.com redd.it =reddit com.reddit.frontpage',
    Pinterest: 'pinterest pin.it com.pinterest',
    Threads: 'threads.net threads.com =threads',
    Bluesky: 'bsky.app bsky.social =bluesky =bsky',
    Mastodon: 'mastodon.social mastodon.online =mastodon',
    Snapchat: 'snapchat.com =snapchat com.snapchat.android',
    Tumblr: 'tumblr.com t.umblr.com =tumblr',
    WhatsApp: 'whatsapp.com wa.me =whatsapp com.whatsapp',
    Telegram: 'telegram.org telegram.me t.me =telegram org.telegram.messenger',
    Discord: 'discord.com discord.gg =discord',
    'Hacker News': 'news.ycombinator.com =hackernews =hn',
    Lobsters: 'lobste.rs',
    Quora: 'quora.com =quora',
    VK: 'vk.com vk.ru =vk',
    Odnoklassniki: 'ok.ru',
    Weibo: 'weibo.com weibo.cn =weibo',
    XING: 'xing.com =xing',
    Nextdoor: 'nextdoor.com =nextdoor',
    Medium: 'medium.com',
    'Product Hunt': 'producthunt.com =producthunt',
    'Stack Overflow': 'stackoverflow.com',
    Line: 'line.me =line',
    KakaoTalk: 'kakao.com =kakao',
  },
  video: {
    YouTube: 'youtube youtu.be youtube-nocookie.com com.google.android.youtube',
    Vimeo: 'vimeo.com =vimeo',
    Twitch: 'twitch.tv =twitch',
    Dailymotion: 'dailymotion.com dai.ly =dailymotion',
    Bilibili: 'bilibili.com =bilibili',
    Netflix: 'netflix.com',
    Hulu: 'hulu.com',
    Rumble: 'rumble.com',
  },
  shopping: {
    Amazon: 'amazon',
    eBay: 'ebay',
    Etsy: 'etsy.com =etsy',
    AliExpress: 'aliexpress',
    Alibaba: 'alibaba.com',
    Walmart: 'walmart.com',
    'Google Shopping': 'shopping.google.com =google_shopping =googleshopping',
    Idealo: 'idealo',
    Shopzilla: 'shopzilla.com',
    'Mercado Libre': 'mercadolibre mercadolivre',
    Temu: 'temu.com',
  },
  email: {
    Gmail: 'mail.google.com com.google.android.gm =gmail',
    Outlook: 'outlook.live.com outlook.office.com outlook.office365.com outlook.com =outlook',
    'Yahoo Mail': 'mail.yahoo.com mail.yahoo.co.jp',
    'Proton Mail': 'mail.proton.me',
    Fastmail: 'fastmail.com',
    'Zoho Mail': 'mail.zoho.com mail.zoho.eu',
    GMX: 'gmx.net gmx.com gmx.de gmx.at gmx.ch',
    'WEB.DE': 'web.de',
    'Mail.ru': 'e.mail.ru',
    Substack: 'substack.com =substack',
    Mailchimp: 'list-manage.com campaign-archive.com =mailchimp',
  },
  ai: {
    ChatGPT: 'chatgpt.com chat.openai.com =chatgpt =openai com.openai.chatgpt',
    Claude: 'claude.ai =claude com.anthropic.claude',
    Gemini: 'gemini.google.com bard.google.com =gemini',
    Perplexity: 'perplexity.ai =perplexity ai.perplexity.app.android',
    Copilot: 'copilot.microsoft.com copilot.cloud.microsoft =copilot',
    DeepSeek: 'chat.deepseek.com deepseek.com =deepseek',
    Grok: 'grok.com =grok',
    Mistral: 'chat.mistral.ai mistral.ai =mistral',
    'Meta AI': 'meta.ai',
    'You.com': 'you.com',
    Phind: 'phind.com',
    Poe: 'poe.com',
    Kimi: 'kimi.com kimi.moonshot.cn',
    Qwen: 'chat.qwen.ai',
    NotebookLM: 'notebooklm.google.com',
  },
  other: {
    'Google Docs': 'docs.google.com',
    'Google Drive': 'drive.google.com',
    'Google News': 'news.google.com',
    'Google Maps': 'maps.google.com',
    'Google Play': 'play.google.com',
    'Google Calendar': 'calendar.google.com',
    'Google Classroom': 'classroom.google.com',
    'Google Meet': 'meet.google.com',
    'Google Chat': 'chat.google.com',
    'Google Groups': 'groups.google.com',
    'Google Sites': 'sites.google.com',
    'Google Translate': 'translate.google.com',
    'Microsoft Teams': 'teams.microsoft.com teams.cloud.microsoft',
    Slack: 'slack.com com.slack',
    Notion: 'notion.so notion.site',
    GitHub: 'github.com =github',
    GitLab: 'gitlab.com',
    Wikipedia: 'wikipedia.org',
    Apple: 'apple.com',
  },
}

const byDomain = new Map<string, Site>()
const byName = new Map<string, Site>()
const byWord = new Map<string, Site>()

for (const kind of KINDS) {
  for (const [name, words] of Object.entries(SITES[kind])) {
    for (const word of words.split(' ')) enter(word, { name, kind })
  }
}

function enter(word: string, site: Site): void {
  if (word.startsWith('=')) byWord.set(word.slice(1), site)
  else if (word.includes('.')) byDomain.set(word, site)
  else {
    byName.set(word, site)
    byWord.set(word, site)
  }
}

/** Where an engine or a shop lists what it found. Below other names of theirs there is something else: `cloud.google.com`. */
const LISTING = /^(?:www|m|images|r|(?:[a-z]{2}\.)?search|[a-z]{2})?$/

/** The site that a host in lower case belongs to, when it is one of the well-known. */
export function siteOfHost(host: string): Site | undefined {
  for (let part = host; part !== ''; part = parent(part)) {
    const site = byDomain.get(part)
    if (site) return site
  }
  const { domainWithoutSuffix, subdomain } = parse(host)
  const site = byName.get(domainWithoutSuffix ?? '')
  if (site?.kind !== 'search' && site?.kind !== 'shopping') return site
  return LISTING.test(subdomain ?? '') ? site : { name: site.name, kind: 'other' }
}

/** The site that a campaign names as its source: by a word (`google`, `fb`) or a host (`m.facebook.com`), in any case. */
export function siteOfSource(source: string): Site | undefined {
  const word = source.trim().toLowerCase()
  return byWord.get(word) ?? (word.includes('.') ? siteOfHost(word) : undefined)
}

function parent(host: string): string {
  const dot = host.indexOf('.')
  return dot === -1 ? '' : host.slice(dot + 1)
}
