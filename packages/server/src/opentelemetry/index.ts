export { type InstrumentedClient, type InstrumentOptions, instrument } from './instrument.ts'
