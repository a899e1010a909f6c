import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readState, writeState } from './state.ts'

const HOST = 'https://events.example.com'
const STATE = { version: 1, host: HOST, rows: 12, lastRow: 'row_x' } as const

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'threadline-state-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('is read back as it was written, and leaves nothing else behind', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'state.json')
  expect(await readState(file, HOST)).toBeUndefined()
  await writeState(file, { ...STATE, rows: 3 })
  await writeState(file, STATE)
  expect(await readState(file, HOST)).toEqual(STATE)
  expect(await readdir(folder)).toEqual(['state.json'])
})

test('refuses what is no state, and the state of another host', async () => {
  const file = join(await temporaryFolder(), 'state.json')
  await writeFile(file, '{"version":1,"rows":')
  await expect(readState(file, HOST)).rejects.toThrow('is no state of a backfill')
  await writeState(file, STATE)
  await expect(readState(file, 'http://127.0.0.1:4318')).rejects.toThrow(`belongs to a backfill to ${HOST}`)
})
