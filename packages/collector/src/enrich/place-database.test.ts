import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Networks, placeFile } from '../../test/place-file.ts'
import { openPlaceDatabase } from './place-database.ts'

const VIENNA = {
  city: { names: { en: 'Vienna', de: 'Wien' } },
  country: { iso_code: 'AT', names: { en: 'Austria' } },
  subdivisions: [{ iso_code: '9', names: { en: 'Vienna' } }],
}

const NETWORKS: Networks = {
  '203.0.113.0/24': VIENNA,
  '198.51.100.128/25': { country: { iso_code: 'NZ' } },
  '192.0.2.0/24': { country: { iso_code: 'GB' }, subdivisions: [{ names: { en: 'Some region' } }] },
  '100.64.0.0/10': { continent: { code: 'EU' } },
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'threadline-places-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

function fileWith(networks: Networks): string {
  const file = join(folder(), 'places.mmdb')
  writeFileSync(file, placeFile(networks))
  return file
}

async function opened(file: string, onError: (error: unknown) => void = () => undefined) {
  const places = await openPlaceDatabase(file, { onError, lookMs: 20 })
  onTestFinished(() => places.close())
  return places
}

test.each([
  ['203.0.113.7', { country: 'AT', region: 'AT-9', city: 'Vienna' }],
  ['198.51.100.200', { country: 'NZ' }],
  ['198.51.100.1', undefined],
  ['192.0.2.1', { country: 'GB', region: 'Some region' }],
  ['100.64.0.1', undefined],
  ['2001:db8::1', undefined],
  ['fe80::1%eth0', undefined],
  ['203.0.113.7:443', undefined],
  ['', undefined],
  ['nonsense', undefined],
])('%s is at %j', async (address, place) => {
  expect((await opened(fileWith(NETWORKS))).lookup(address)).toEqual(place)
})

test('a file that is replaced is read anew, and one that cannot be read changes nothing', async () => {
  const file = fileWith(NETWORKS)
  const errors: unknown[] = []
  const places = await opened(file, (error) => errors.push(error))
  const replace = (content: Uint8Array) => {
    writeFileSync(`${file}.new`, content)
    renameSync(`${file}.new`, file)
  }
  replace(placeFile({ '203.0.113.0/24': { country: { iso_code: 'DE' } } }))
  await expect.poll(() => places.lookup('203.0.113.7'), { timeout: 20_000 }).toEqual({ country: 'DE' })
  replace(Buffer.from('no such file'))
  await expect.poll(() => errors.length, { timeout: 20_000 }).toBeGreaterThan(0)
  expect(places.lookup('203.0.113.7')).toEqual({ country: 'DE' })
})

test.each([
  ['is not there', () => join(folder(), 'nothing.mmdb')],
  [
    'is another kind of file',
    () => {
      const file = join(folder(), 'other.mmdb')
      writeFileSync(file, 'a text')
      return file
    },
  ],
])('a file that %s is refused by name', async (_, file) => {
  const path = file()
  await expect(openPlaceDatabase(path, { onError: () => undefined })).rejects.toThrow(path)
})
