import { afterAll, beforeAll, describe } from 'vitest'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { openShop, type Shop } from './shop.ts'

/** A `describe` of one shop for all tests in it, which has an account for each project. `tests` gets it once it is open. */
export function describeShop(title: string, projects: readonly string[], tests: (shop: () => Shop) => void): void {
  describe(title, () => {
    let shop: Shop
    beforeAll(async () => {
      shop = await openShop(projects)
    })
    afterAll(() => shop?.close())

    tests(() => shop)
  })
}

/** The same with a collector on PostgreSQL; skipped by name where that is missing. */
export function describeShopOnPostgres(
  title: string,
  projects: readonly string[],
  tests: (shop: () => Shop) => void,
): void {
  const missing = postgresMissing()
  describe.skipIf(missing)(`${title}${missing ? ` (${missing})` : ''}`, () => {
    let server: PostgresServer
    let shop: Shop
    beforeAll(async () => {
      server = await startPostgres()
      shop = await openShop(projects, await server.createDatabase())
    }, 60_000)
    afterAll(async () => {
      await shop?.close()
      await server?.stop()
    }, 60_000)

    tests(() => shop)
  })
}
