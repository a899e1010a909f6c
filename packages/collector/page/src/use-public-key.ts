import { useReport } from './use-report.ts'

interface PublicKeys {
  readonly keys: readonly string[]
}

/** A key that pages may send with, of those that the collector can tell; undefined where it can tell none. */
export function usePublicKey(): string | undefined {
  const report = useReport<PublicKeys>('/v1/public-keys')
  return report.state === 'shown' ? report.data.keys[0] : undefined
}
