import { isWithin } from '@threadline/schema'
import type { Part } from '../contract/instance.ts'
import { widestDomain } from '../identity/cookies.ts'
import { attempt } from '../platform/attempt.ts'
import { listen } from '../platform/page-globals.ts'
import { closestInPath } from './closest-in-path.ts'

/** Endings of files that are downloaded rather than shown. Not split here: a bundler would keep what comes of it. */
const DOWNLOADS =
  '7z apk avi csv dmg doc docx epub exe gz iso jar key mov mp3 mp4 msi numbers odt pages pdf pkg pps ppt pptx rar rpm rtf svg tar tgz txt wav xls xlsx zip'

export interface LinkClicksOptions {
  /** More domains of your own, each with all below it. A link to them is not outbound. */
  readonly ownDomains?: readonly string[]
  /** More endings of files that are downloads, without the dot: `['ics']`. */
  readonly downloads?: readonly string[]
}

function fileName(path: string): { readonly name: string; readonly extension: string } {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { name, extension: name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '' }
}

/**
 * Where a link leads. Nowhere: `mailto:` and the like, what is no address (`http://`), and SVG's own links, whose address is no
 * text. What the page itself has made (`blob:`, `data:`) has no address that tells anything.
 */
function targetOf(link: Element): URL | undefined {
  const href = 'href' in link ? String(link.href) : ''
  return /^(?:https?|blob|data):/.test(href) ? attempt(() => new URL(href)) : undefined
}

/**
 * Makes a part that captures `file_downloaded` (`url`, `file_name`, `file_extension`) when a link to a file, or one with a
 * `download` attribute, is clicked, and `outbound_link_clicked` (`url`, `host`) for other links to other sites. A middle click,
 * which opens a tab, counts. A file that the page has made (`blob:`, `data:`) has no `url`, and the name its link gives it. Query and fragment stay out of `url`: they may hold what is nobody's business.
 */
export function linkClicks({ ownDomains = [], downloads = [] }: LinkClicksOptions = {}): Part {
  return ({ config, capture, signal }) => {
    const endings = [...DOWNLOADS.split(' '), ...downloads]
    let isAllowed = false

    /** Without cookies nobody knows which domains belong together; the page's own host and what is below it do. */
    function isOwn({ hostname }: URL): boolean {
      const domain = isAllowed ? widestDomain(config) : ''
      return [domain || location.hostname, location.hostname, ...ownDomains].some((own) => isWithin(hostname, own))
    }

    function track(event: Event): void {
      // The right button opens a menu.
      if ('button' in event && Number(event.button) > 1) return
      const link = closestInPath(event, 'a[href],area[href]')
      const target = link && targetOf(link)
      if (!target) return
      const named = link.getAttribute('download')
      // What the page has made has no host.
      if (!target.host) trackMade(named)
      else trackLink(target, named !== null)
    }

    function trackMade(named: string | null): void {
      if (named === null) return
      const { name, extension } = fileName(named)
      capture('file_downloaded', { file_name: name, file_extension: extension })
    }

    function trackLink(target: URL, isDownload: boolean): void {
      const url = target.origin + target.pathname
      const { name, extension } = fileName(target.pathname)
      if (isDownload || endings.includes(extension)) {
        capture('file_downloaded', { url, file_name: name, file_extension: extension })
      } else if (!isOwn(target)) capture('outbound_link_clicked', { url, host: target.hostname })
    }

    // While the event goes down, so that a handler which stops it does not hide it.
    const options = { capture: true, signal }
    listen(window, 'click', track, options)
    listen(window, 'auxclick', track, options)
    return {
      allowed() {
        isAllowed = true
      },
      refused() {
        isAllowed = false
      },
    }
  }
}
