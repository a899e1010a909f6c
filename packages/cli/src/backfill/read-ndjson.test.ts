import { describe, expect, test } from 'vitest'
import { readNdjson } from './read-ndjson.ts'
import { MAX_ROW_BYTES, type SourceRow } from './source-row.ts'

/** Reads `text` in chunks of `size` bytes. */
async function read(content: string | Buffer, size = 7): Promise<SourceRow[]> {
  const bytes = Buffer.from(content)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
  }
  const rows: SourceRow[] = []
  for await (const row of readNdjson(chunks())) rows.push(row)
  return rows
}

describe('readNdjson', () => {
  test.each([1, 3, 1_000])('finds rows, lines and positions in chunks of %i bytes', async (size) => {
    const rows = await read('\uFEFF{"a":"é"}\r\n\n{"a":2}\n{"a":3}', size)
    expect(rows.map(({ number, line, end, text }) => [number, line, end, text])).toEqual([
      [1, 1, 15, '{"a":"é"}'],
      [2, 3, 24, '{"a":2}'],
      [3, 4, 31, '{"a":3}'],
    ])
    expect(rows.map(({ fields }) => fields()('a'))).toEqual(['é', 2, 3])
  })

  test('reads members by their path, and nothing that is inherited', async () => {
    const [row] = await read('{"user":{"id":42,"name":null},"a.b":1,"a":{"b":2}}')
    const get = row?.fields()
    expect([get?.('user.id'), get?.('a.b'), get?.('user.name')]).toEqual([42, 1, undefined])
    expect([get?.('user.id.x'), get?.('toString'), get?.('user.constructor')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('a row that cannot be read is refused by itself', async () => {
    const bad = Buffer.concat([Buffer.from('{"a":1}\n[1]\n{"a":\n'), Buffer.from([0xff, 10]), Buffer.from('{"a":2}')])
    const rows = await read(bad)
    expect(rows[0]?.fields()('a')).toBe(1)
    expect(() => rows[1]?.fields()).toThrow('no JSON object')
    expect(() => rows[2]?.fields()).toThrow('no JSON object')
    expect(() => rows[3]?.fields()).toThrow('not UTF-8')
    expect(rows[4]?.fields()('a')).toBe(2)
  })

  test('a line without an end is not held in memory, and refused', async () => {
    const rows = await read(`${'x'.repeat(MAX_ROW_BYTES + 1)}\n{"a":1}\n`, 65_536)
    expect(rows.map(({ line, text }) => [line, text])).toEqual([
      [1, ''],
      [2, '{"a":1}'],
    ])
    expect(() => rows[0]?.fields()).toThrow(`over ${MAX_ROW_BYTES} bytes`)
  })
})
