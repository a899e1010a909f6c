import { checkProject } from '../keys.ts'

/** What may be set for each project by itself. */
export interface ProjectAlertOptions {
  /**
   * Tells when fewer than so many percent of the usual events arrive. False: never. Above 0, below 100.
   *
   * @defaultValue `30`
   */
  readonly trafficDropPercent?: number | false
  /**
   * Tells when so many percent of an hour's events, and 20 at least, are refused or reported lost. False: never. Above 0, at most 100.
   *
   * @defaultValue `5`
   */
  readonly errorPercent?: number | false
}

/** Whom to tell that something is wrong, and from where on. */
export interface AlertOptions extends ProjectAlertOptions {
  /** Where messages are posted, `https:` or `http:`. May hold a secret; it is never logged. */
  readonly url: string
  /** What messages are signed with: `whsec_` and the base64 of 24 to 64 random bytes, as Standard Webhooks has it. */
  readonly secret: string
  /**
   * Tells when fewer bytes are free on the disk of the data folder. The disk of a PostgreSQL is not watched. Integer, at least 0;
   * 0: never.
   *
   * @defaultValue `2_000_000_000`
   */
  readonly diskFreeBytes?: number
  /** What differs for single projects. @defaultValue none */
  readonly projects?: { readonly [project: string]: ProjectAlertOptions }
}

/** From where on something is wrong. */
export interface Thresholds {
  readonly diskFreeBytes: number
  /** Of the collector's own answers; false: never. */
  readonly errorPercent: number | false
  of(project: string): Required<ProjectAlertOptions>
}

const DEFAULTS = { trafficDropPercent: 30, errorPercent: 5, diskFreeBytes: 2_000_000_000 } as const

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/
const SECRET_BYTES = { least: 24, most: 64 } as const

/**
 * Fills in what is not given.
 *
 * @throws TypeError for what is malformed. Messages repeat neither the address nor the secret.
 */
export function readThresholds(options: AlertOptions): Thresholds {
  const { projects = {}, diskFreeBytes = DEFAULTS.diskFreeBytes } = options
  checkAddress(options.url)
  secretBytes(options.secret)
  if (!Number.isSafeInteger(diskFreeBytes) || diskFreeBytes < 0) {
    throw new TypeError('alerts.diskFreeBytes must be an integer of at least 0')
  }
  const ofAll = thresholdsOf('alerts', { ...DEFAULTS, ...options })
  const ofProjects = new Map(
    Object.entries(projects).map(([project, own]) => {
      checkProject(project)
      return [project, thresholdsOf(`alerts.projects.${project}`, { ...ofAll, ...own })] as const
    }),
  )
  return { diskFreeBytes, errorPercent: ofAll.errorPercent, of: (project) => ofProjects.get(project) ?? ofAll }
}

/**
 * Checks options before anything is started with them.
 *
 * @throws TypeError for what is malformed. Messages repeat neither the address nor the secret.
 */
export function checkAlertOptions(options: AlertOptions): void {
  readThresholds(options)
}

function thresholdsOf(where: string, given: ProjectAlertOptions): Required<ProjectAlertOptions> {
  const { trafficDropPercent = DEFAULTS.trafficDropPercent, errorPercent = DEFAULTS.errorPercent } = given
  if (trafficDropPercent !== false && !(trafficDropPercent > 0 && trafficDropPercent < 100)) {
    throw new TypeError(
      `${where}.trafficDropPercent must be above 0 and below 100, or false: got ${trafficDropPercent}`,
    )
  }
  if (errorPercent !== false && !(errorPercent > 0 && errorPercent <= 100)) {
    throw new TypeError(`${where}.errorPercent must be above 0 and at most 100, or false: got ${errorPercent}`)
  }
  return { trafficDropPercent, errorPercent }
}

function checkAddress(text: string): void {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new TypeError('alerts.url must be an address that begins with https:// or http://')
  }
  const { username, password } = new URL(text)
  if (username !== '' || password !== '') {
    throw new TypeError('alerts.url must hold no user and password: what is posted there is signed')
  }
}

/**
 * The bytes of a `whsec_` secret.
 *
 * @throws TypeError when it is none. The message does not repeat it.
 */
export function secretBytes(secret: string): Buffer {
  const bytes = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64')
  if (bytes.length < SECRET_BYTES.least || bytes.length > SECRET_BYTES.most) {
    throw new TypeError('alerts.secret must be whsec_ and the base64 of 24 to 64 random bytes')
  }
  return bytes
}
