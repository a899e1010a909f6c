import type { Body } from '../../http/bodies.ts'
import { checkProject, hashKey, isSender, type Keyring, type SenderAccess } from '../../keys.ts'
import { DialectRefusal } from '../dialect.ts'
import { isObject, isText } from '../json-members.ts'

/** A write key that clients have already, so that nothing of them changes but their host. */
export interface SegmentKey {
  readonly writeKey: string
  /**
   * What it may do, as a key of the collector of that kind: `pk` for one that stands in pages or apps, where everybody can read
   * it; `sk` for one that only servers have. Neither can read.
   *
   * @defaultValue `'pk'`
   */
  readonly kind?: 'pk' | 'sk'
  /** @defaultValue `'default'` */
  readonly project?: string
  /** Where a `pk` may be used, as in the collector's own keys. @defaultValue anywhere */
  readonly origins?: readonly string[]
}

export interface SegmentAccess {
  /**
   * The access of a write key: one of the collector's own, or one of the list.
   *
   * @throws {@link DialectRefusal} or RequestError. Messages never repeat a key.
   */
  authorize(key: string | undefined): SenderAccess
}

/** @throws TypeError when a key is blank or a project malformed. The message repeats no key. */
export function createSegmentAccess(keys: readonly SegmentKey[], keyring: Keyring): SegmentAccess {
  const listed = new Map<string, SenderAccess>()
  for (const { writeKey, kind = 'pk', project = 'default', origins = [] } of keys) {
    if (writeKey.trim() === '') throw new TypeError('dialects.segment: a writeKey is blank')
    checkProject(project)
    listed.set(hashKey(writeKey), { kind, project, origins })
  }

  return {
    authorize(key) {
      if (key === undefined) throw new DialectRefusal('unauthorized', 'a write key is needed, by Basic authentication')
      // Jitsu's clients insist on a key and its secret with a colon between them.
      const [id = ''] = key.split(':', 1)
      const access = listed.get(hashKey(key)) ?? listed.get(hashKey(id)) ?? keyring.find(id)
      if (!access) throw new DialectRefusal('unauthorized', 'the write key is unknown or revoked')
      if (!isSender(access)) throw new DialectRefusal('forbidden', `${access.kind}_ keys cannot send`)
      return access
    },
  }
}

/** The user name of Basic authentication, or the header of Jitsu's clients: where all but a page's last beacon have their key. */
export function headerKey(request: Request): string | undefined {
  const [, encoded] = /^Basic +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (encoded === undefined) return request.headers.get('x-write-key')?.trim() || undefined
  return Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0]?.trim()
}

/** `writeKey` of a body, of its first message otherwise. */
export function bodyKey(sent: unknown): string | undefined {
  if (!isObject(sent)) return undefined
  const { writeKey, batch } = sent
  if (isText(writeKey)) return writeKey
  return Array.isArray(batch) && isObject(batch[0]) && isText(batch[0]['writeKey']) ? batch[0]['writeKey'] : undefined
}

/** Whether a request to a path that other services have too is in Segment's language. */
export async function speaksSegment(request: Request, body: Body): Promise<boolean> {
  const authorization = request.headers.get('authorization')
  if (authorization !== null) return /^basic /i.test(authorization)
  const sent = await body()
  return isObject(sent) && (isText(sent['writeKey']) || Array.isArray(sent['batch']))
}
