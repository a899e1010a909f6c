import type { Destination } from '@threadline/core'
import { analyse } from '@threadline/destinations/analyse'
import { funnelfizz } from '@threadline/destinations/funnelfizz'
import { millimetric } from '@threadline/destinations/millimetric'
import { servoki } from '@threadline/destinations/servoki'
import { webAnalyzer } from '@threadline/destinations/web-analyzer'

/** What the collector of these tests knows of each service. */
export const CREDENTIALS = {
  secretKey: 'sk_test_a1b2c3d4_example',
  pageKey: 'pk_test_a1b2c3d4_example',
  readKey: 'rk_test_a1b2c3d4_example',
  cookie: 'session=example',
  workspaceId: 'ws_123',
  siteId: 'site_456',
  servokiKey: 'servoki_example',
  site: 'example.com',
  publicKey: 'pk_live_example',
  webAnalyzerKey: 'waa_example',
  websiteId: 42,
} as const

/** One service as these tests use it. */
export interface Service {
  /** Name of its page in the documentation. */
  readonly page: string
  readonly title: string
  /** The destination with what the collector knows. */
  connect(baseUrl: string): Destination
  /** The destination with a key that a page may hold; absent when the service has none. */
  connectInPage?(baseUrl: string): Destination
  /** Destinations that the collector's dialect refuses, with the pause that must follow. */
  readonly refused: readonly (readonly [reason: string, connect: (baseUrl: string) => Destination])[]
}

const { cookie, workspaceId, siteId, servokiKey, site, publicKey, webAnalyzerKey, websiteId, secretKey, pageKey } =
  CREDENTIALS

export const SERVICES: readonly Service[] = [
  {
    page: 'funnelfizz',
    title: 'FunnelFizz',
    connect: (baseUrl) => funnelfizz({ baseUrl, cookie, workspaceId, siteId }),
    refused: [
      ['unauthorized', (baseUrl) => funnelfizz({ baseUrl, cookie: 'session=ended', workspaceId, siteId })],
      ['forbidden', (baseUrl) => funnelfizz({ baseUrl, cookie, workspaceId: 'ws_other', siteId })],
    ],
  },
  {
    page: 'servoki',
    title: 'Servoki',
    connect: (baseUrl) => servoki({ baseUrl, apiKey: servokiKey, site }),
    refused: [
      ['unauthorized', (baseUrl) => servoki({ baseUrl, apiKey: 'servoki_revoked', site })],
      ['not_found', (baseUrl) => servoki({ baseUrl, apiKey: servokiKey, site: 'other.example' })],
    ],
  },
  {
    page: 'millimetric',
    title: 'Millimetric',
    connect: (baseUrl) => millimetric({ baseUrl, key: secretKey }),
    connectInPage: (baseUrl) => millimetric({ baseUrl, key: pageKey }),
    refused: [
      ['unauthorized', (baseUrl) => millimetric({ baseUrl, key: 'sk_test_a1b2c3d4_revoked' })],
      ['forbidden', (baseUrl) => millimetric({ baseUrl, key: pageKey })],
    ],
  },
  {
    page: 'analyse',
    title: 'analyse.net',
    connect: (baseUrl) => analyse({ baseUrl, publicKey }),
    connectInPage: (baseUrl) => analyse({ baseUrl, publicKey }),
    refused: [['unauthorized', (baseUrl) => analyse({ baseUrl, publicKey: 'pk_live_unknown' })]],
  },
  {
    page: 'web-analyzer',
    title: 'Web Analyzer',
    // It has no field for an event id; in the payload it lets our own collector dedupe.
    connect: (baseUrl) => webAnalyzer({ baseUrl, apiKey: webAnalyzerKey, websiteId, sendEventId: true }),
    refused: [
      ['unauthorized', (baseUrl) => webAnalyzer({ baseUrl, apiKey: 'waa_revoked', websiteId })],
      ['not_found', (baseUrl) => webAnalyzer({ baseUrl, apiKey: webAnalyzerKey, websiteId: 43 })],
    ],
  },
]
