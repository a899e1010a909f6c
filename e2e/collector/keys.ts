import type { KeyConfig } from '@threadline/collector'

export const SERVER_KEY = 'sk_e2e_collector'

export const KEYS: readonly KeyConfig[] = [{ key: SERVER_KEY }]
