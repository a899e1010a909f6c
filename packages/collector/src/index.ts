export { sendTestAlert } from './alerts/post-notice.ts'
export { type AlertOptions, checkAlertOptions, type ProjectAlertOptions } from './alerts/settings.ts'
export { type BackupOptions, backupDataDir, type RestoreOptions, restoreDataDir } from './backup/backup.ts'
export { type Collector, type CollectorOptions, createCollector } from './collector.ts'
export { type CreateKeyOptions, createKey } from './create-key.ts'
export type { DialectOptions } from './dialects/add-dialect-routes.ts'
export type { AnalyseKey } from './dialects/analyse.ts'
export type { FunnelFizzSession } from './dialects/funnelfizz.ts'
export type { PlausibleSite } from './dialects/plausible.ts'
export { fromPosthog } from './dialects/posthog/event.ts'
export type { PosthogArrival } from './dialects/posthog/moment.ts'
export type { PosthogProject } from './dialects/posthog/posthog-dialect.ts'
export type { SegmentKey } from './dialects/segment/access.ts'
export { type Reading as SegmentReading, type SegmentEvent, segmentEvent } from './dialects/segment/message.ts'
export type { ServokiKey } from './dialects/servoki.ts'
export type { UmamiWebsite } from './dialects/umami.ts'
export type { WebAnalyzerKey } from './dialects/web-analyzer.ts'
export { CHANNELS, type Channel } from './enrich/channel.ts'
export type { ChannelRule } from './enrich/channel-rules.ts'
export type { Derive, Derived, Known, Place, Visitor } from './enrich/derived.ts'
export type { ProjectEnrichment } from './enrich/enrichment.ts'
export type { PlaceHeaders } from './enrich/place.ts'
export { checkPlaceDatabase } from './enrich/place-database.ts'
export type { ForwardConfig, ForwardOptions } from './forward/forward-options.ts'
export type { PageAsset, PageAssets } from './http/page-routes.ts'
export type { RateLimits } from './http/rate-limit.ts'
export type { Rate } from './http/token-bucket.ts'
export { checkKeys, type KeyConfig, type KeyKind } from './keys.ts'
export type { LogEntry } from './log-entry.ts'
export { type McpOverStdioOptions, serveMcpOverStdio } from './mcp/serve-stdio.ts'
export { type MoveOptions, moveStore } from './move/move-store.ts'
export { loadPage } from './page.ts'
export { type ReprocessOptions, type ReprocessProgress, reprocessStore } from './reprocess/reprocess-store.ts'
export type { Stage } from './stage.ts'
export { type StartCollectorOptions, type StartedCollector, startCollector } from './start-collector.ts'
export { type Finding, inspectStore } from './store/inspect-store.ts'
export type { MigrationNote } from './store/migration-notes.ts'
export { type MigrationPlan, type PlannedMigration, planMigration } from './store/migration-plan.ts'
export { compactStore, openStore, type StoreLocation } from './store/open-store.ts'
export type {
  Among,
  Count,
  Days,
  EventPlace,
  EventRow,
  Person,
  ReprocessPart,
  ReprocessQuery,
  Store,
  StoredAlias,
  StoredDerived,
  StoredEvent,
  StoredKey,
  StoredLink,
} from './store/store.ts'
export { StoreError, type StoreErrorCode } from './store/store-error.ts'
export type { AlertStore, StoredAlert, TrafficCount } from './store/stored-alerts.ts'
export type { StoredBilling, StoredClaim, StoredSubscription } from './store/stored-billing.ts'
export type {
  ConsentStatement,
  ForwardCount,
  ForwardName,
  ForwardNote,
  ForwardOutcomes,
  ForwardStore,
  ForwardTrouble,
  LogPage,
  StoredForward,
} from './store/stored-forward.ts'
export type { StoredErasure, StoredLoginLink, StoredPageSession } from './store/stored-upkeep.ts'
