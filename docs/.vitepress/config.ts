import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type DefaultTheme, defineConfig } from 'vitepress'

const docs = join(import.meta.dirname, '..')

const found = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !file.endsWith('index.md') && !/^(node_modules|api)\//.test(file))
  .map((file) => file.slice(0, -'.md'.length))

/** The pages of one folder as sidebar items, titled by their first headings: those named `first`, then by name. */
function pages(folder: string, first: readonly string[] = []): DefaultTheme.SidebarItem[] {
  const rank = (page: string) => (first.includes(basename(page)) ? first.indexOf(basename(page)) : first.length)
  return found
    .filter((page) => dirname(page) === folder)
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((page) => ({ text: title(join(docs, `${page}.md`)), link: `/${page}` }))
}

function title(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? file
}

/** Pages of the top folder, in the order of reading. Those that no group names stand under Guides. */
const GROUPS = {
  start: ['quick-start', 'standard-events'],
  browser: ['browser', 'proxy', 'browser-extras', 'privacy'],
  payments: ['stripe', 'payment-providers'],
  collector: ['page', 'production', 'settings', 'cli', 'channels', 'alerts', 'collector-api', 'mcp', 'sizing'],
  privacy: ['gdpr', 'erasure'],
  services: ['forwarding'],
  help: ['testing', 'debugging', 'mistakes', 'troubleshooting', 'errors'],
  project: ['compare', 'benchmarks'],
} as const

/** The pages of a group that there are. */
function group(name: keyof typeof GROUPS): DefaultTheme.SidebarItem[] {
  return GROUPS[name]
    .filter((page) => found.includes(page))
    .map((page) => ({ text: title(join(docs, `${page}.md`)), link: `/${page}` }))
}

const grouped: ReadonlySet<string> = new Set(Object.values(GROUPS).flat())
const others = pages('.').filter(({ link }) => !grouped.has(basename(link ?? '')))

/** What `api-reference.ts` has made; a development server runs without. */
const reference = join(docs, 'api/typedoc-sidebar.json')
const api: DefaultTheme.SidebarItem[] = existsSync(reference) ? JSON.parse(readFileSync(reference, 'utf8')) : []

export default defineConfig({
  title: 'Threadline',
  description: 'One typed event from the first anonymous pageview to the paid invoice.',
  cleanUrls: true,
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Browser', link: '/browser' },
      { text: 'Server', link: '/kits/' },
      { text: 'Collector', link: '/production' },
      { text: 'API', link: '/api/' },
      { text: 'Compare', link: '/compare' },
    ],
    search: { provider: 'local' },
    outline: [2, 3],
    editLink: { pattern: 'https://github.com/threadline-js/threadline/edit/main/docs/:path', text: 'Edit this page' },
    socialLinks: [{ icon: 'github', link: 'https://github.com/threadline-js/threadline' }],
    sidebar: [
      { text: 'Start', items: [...group('start'), ...pages('concepts', ['event', 'identity', 'delivery'])] },
      {
        text: 'In the browser',
        items: [...group('browser'), ...pages('browser', ['frameworks', 'pageviews', 'consent'])],
      },
      { text: 'On the server', items: [{ text: 'Kits', link: '/kits/' }, ...pages('kits')] },
      { text: 'Payments', items: group('payments') },
      { text: 'Collector', items: group('collector') },
      { text: 'Privacy', items: group('privacy') },
      {
        text: 'Services',
        collapsed: true,
        items: [{ text: 'All services', link: '/providers/' }, ...group('services'), ...pages('providers')],
      },
      { text: 'Moving in', collapsed: true, items: [...pages('migrate'), ...pages('dialects')] },
      { text: 'Help', items: group('help') },
      ...(others.length > 0 ? [{ text: 'Guides', items: others }] : []),
      { text: 'API reference', collapsed: true, items: api },
      {
        text: 'Project',
        items: [...group('project'), { text: 'Decisions', collapsed: true, items: pages('decisions') }],
      },
    ],
  },
})
