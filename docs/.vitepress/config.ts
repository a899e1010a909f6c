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

export default defineConfig({
  title: 'Threadline',
  description: 'One typed event from the first anonymous pageview to the paid invoice.',
  cleanUrls: true,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      { text: 'Concepts', items: pages('concepts', ['event', 'identity', 'delivery']) },
      { text: 'Guides', items: pages('.') },
      { text: 'In the browser', items: pages('browser') },
      { text: 'Kits', link: '/kits/', items: pages('kits') },
      { text: 'Services', link: '/providers/', items: pages('providers') },
      { text: 'Decisions', collapsed: true, items: pages('decisions') },
    ],
  },
})
