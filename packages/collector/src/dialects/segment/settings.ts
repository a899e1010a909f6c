/** Chromium, Firefox and Safari let a page that came by https ask the machine it is on by http. */
const OWN_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * What analytics.js asks of Segment's CDN before it sends: which destinations to load, none, and where events go, here. Pages
 * that say where themselves go by that.
 */
export function segmentSettings(writeKey: string, request: Request): object {
  const { host, hostname } = new URL(request.url)
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${host}/v1`,
        protocol: OWN_MACHINE.test(hostname) ? 'http' : 'https',
        unbundledIntegrations: [],
        addBundledMetadata: true,
        maybeBundledConfigIds: {},
        versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
      },
    },
    plan: { track: { __default: { enabled: true, integrations: {} } } },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  }
}

/** What RudderStack's browser client asks of its control plane: a source that is on, without destinations to load. */
export function rudderSource(writeKey: string): object {
  return {
    source: {
      id: 'threadline',
      name: 'Threadline',
      writeKey,
      enabled: true,
      workspaceId: 'threadline',
      config: {
        statsCollection: { errors: { enabled: false }, metrics: { enabled: false } },
      },
      destinations: [],
      dataplanes: {},
    },
  }
}
