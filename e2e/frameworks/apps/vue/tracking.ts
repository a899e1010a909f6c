import { createBrowserClient } from '@threadline/browser'

// Runs again after a hot reload of this module.
export const client = createBrowserClient({ key: 'pk_test', host: import.meta.env.PUBLIC_COLLECTOR })

export const edition = 'first edition'
