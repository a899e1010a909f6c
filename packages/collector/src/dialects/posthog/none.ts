/**
 * What a page or server is told of everything besides events: there is none of it, so that nothing is asked for again. Nothing is
 * said of surveys: PostHog's script loads their code when it hears that they are off.
 */
const NO_CONFIG = {
  supportedCompression: ['gzip', 'gzip-js'],
  hasFeatureFlags: false,
  isAuthenticated: false,
  toolbarParams: {},
  autocapture_opt_out: false,
  autocaptureExceptions: false,
  captureDeadClicks: false,
  capturePerformance: false,
  conversations: false,
  defaultIdentifiedOnly: true,
  elementsChainAsString: true,
  errorTracking: { autocaptureExceptions: false, suppressionRules: [] },
  heatmaps: false,
  logs: { captureConsoleLogs: false },
  productTours: false,
  sessionRecording: false,
  siteApps: [],
} as const

/** The remote configuration of a project that has nothing but events. */
export function remoteConfig(token: string): object {
  return { token, ...NO_CONFIG }
}

/** The same as the script that PostHog's snippet loads. */
export function remoteConfigScript(token: string): Response {
  const config = JSON.stringify({ config: remoteConfig(token), siteApps: [] })
  const script = `(function(){var all=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};all[${JSON.stringify(token)}]=${config}})();`
  return new Response(script, { headers: { 'content-type': 'text/javascript; charset=utf-8' } })
}

/** Feature flags: none, in the forms of every version of the endpoint; with the configuration for those who ask here. */
export function noFlags(): object {
  return {
    ...NO_CONFIG,
    flags: {},
    featureFlags: {},
    featureFlagPayloads: {},
    errorsWhileComputingFlags: false,
    requestId: null,
  }
}

/** Other things that PostHog's clients ask for, by path, and the answer that there are none. */
export const NONE_BY_PATH: { readonly [path: string]: object } = {
  '/api/surveys': { surveys: [], survey_config: null },
  '/api/early_access_features': { earlyAccessFeatures: [] },
  '/api/web_experiments': { experiments: [] },
  '/api/product_tours': { product_tours: [] },
  '/api/feature_flag/local_evaluation': { flags: [], group_type_mapping: {}, cohorts: {} },
  '/flags/definitions': { flags: [], group_type_mapping: {}, cohorts: {} },
}
