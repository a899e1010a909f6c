import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type DefaultTheme, defineConfig } from 'vitepress'

const docs = join(import.meta.dirname, '..')

const found = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md') && !file.endsWith('index.md') && !file.startsWith('node_modules'))
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
const GROUPS: { readonly [group: string]: readonly string[] } = {
  Start: ['quick-start'],
  'In the browser': ['browser', 'browser-extras', 'privacy'],
  Payments: ['stripe', 'payment-providers'],
  Collector: ['production', 'cli', 'forwarding', 'collector-api', 'erasure', 'sizing'],
  Help: ['troubleshooting', 'errors'],
  Project: ['benchmarks'],
}

function group(name: string): DefaultTheme.SidebarItem[] {
  return (GROUPS[name] ?? []).map((page) => ({ text: title(join(docs, `${page}.md`)), link: `/${page}` }))
}

const grouped = new Set(
  Object.values(GROUPS)
    .flat()
    .map((page) => `/${page}`),
)
const others = pages('.').filter(({ link }) => !grouped.has(`/${basename(link ?? '')}`))

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
      { text: 'Services', link: '/providers/' },
    ],
    search: { provider: 'local' },
    outline: [2, 3],
    editLink: { pattern: 'https://github.com/threadline-js/threadline/edit/main/docs/:path', text: 'Edit this page' },
    socialLinks: [{ icon: 'github', link: 'https://github.com/threadline-js/threadline' }],
    sidebar: [
      { text: 'Start', items: [...group('Start'), ...pages('concepts', ['event', 'identity', 'delivery'])] },
      { text: 'In the browser', items: [...group('In the browser'), ...pages('browser')] },
      { text: 'On the server', items: [{ text: 'Kits', link: '/kits/' }, ...pages('kits')] },
      { text: 'Payments', items: group('Payments') },
      { text: 'Collector', items: group('Collector') },
      { text: 'Moving in', collapsed: true, items: [...pages('migrate'), ...pages('dialects')] },
      ...(others.length > 0 ? [{ text: 'Guides', items: others }] : []),
      {
        text: 'Services',
        collapsed: true,
        items: [{ text: 'All services', link: '/providers/' }, ...pages('providers')],
      },
      { text: 'Help', items: group('Help') },
      { text: 'Clients of other services', collapsed: true, items: pages('dialects') },
      { text: 'Moving in', collapsed: true, items: pages('migrate') },
      { text: 'Project', items: group('Project') },
      { text: 'Decisions', collapsed: true, items: pages('decisions') },
    ],
  },
})
