import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import type { PostgresServer } from './postgres-server.ts'

// Every step of the schema's history takes longer than all else that most tests do. So each file takes them once on either
// engine, and its tests get copies.

let folder: Promise<string> | undefined
const databases = new WeakMap<PostgresServer, Promise<string>>()

// Of the test file that imports this.
afterAll(async () => {
  if (folder !== undefined) rmSync(await folder, { recursive: true })
})

/** Makes a data folder whose database is empty and has today's schema. Removed when the test ends. */
export async function migratedFolder(): Promise<string> {
  folder ??= makeFolder()
  const copy = newFolder()
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(await folder, copy, { recursive: true })
  return copy
}

async function makeFolder(): Promise<string> {
  const dataDir = newFolder()
  await (await openStore({ dataDir })).close()
  return dataDir
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'threadline-collector-'))

/** Makes a database on the server that is empty and has today's schema, and gives its URL. Dropped when the test ends. */
export async function migratedDatabase(server: PostgresServer): Promise<string> {
  const template = databases.get(server) ?? makeDatabase(server)
  databases.set(server, template)
  const copy = await server.createDatabase(await template)
  onTestFinished(() => server.dropDatabase(copy))
  return copy
}

async function makeDatabase(server: PostgresServer): Promise<string> {
  const databaseUrl = await server.createDatabase()
  await (await openStore({ databaseUrl })).close()
  return databaseUrl
}
