import { fileURLToPath } from 'node:url'
import { CREDENTIALS } from './services.ts'

/** Where a service's sample in one language is. */
export function samplePath(page: string, file: string): string {
  return fileURLToPath(new URL(`../samples/${page}/${file}`, import.meta.url))
}

/** What a reader of a sample would put into the environment. */
export function sampleEnvironment(host: string, visitor: string): { readonly [name: string]: string } {
  return {
    HOST: host,
    VISITOR: visitor,
    SESSION_COOKIE: CREDENTIALS.cookie,
    SERVOKI_KEY: CREDENTIALS.servokiKey,
    MILLIMETRIC_KEY: CREDENTIALS.secretKey,
    ANALYSE_PUBLIC_KEY: CREDENTIALS.publicKey,
    WEB_ANALYZER_KEY: CREDENTIALS.webAnalyzerKey,
  }
}
