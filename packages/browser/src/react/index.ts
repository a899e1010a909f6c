export { type Register, ThreadlineProvider, type TrackClient, usePageviews, useTrack } from './track-context.ts'
