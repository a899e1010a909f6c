import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readCsv } from './read-csv.ts'
import type { SourceRow } from './source-row.ts'

async function read(content: string | Buffer, delimiter = ',') {
  const rows: SourceRow[] = []
  let header: readonly string[] = []
  const onHeader = (columns: readonly string[]) => {
    header = columns
  }
  for await (const row of readCsv(Readable.from([Buffer.from(content)]), { delimiter, onHeader })) rows.push(row)
  return { header, rows }
}

describe('readCsv', () => {
  test('reads quotes, line ends of both kinds and a byte order mark, and counts lines', async () => {
    const { header, rows } = await read('\uFEFFa, b\r\n1,"x, ""y"""\r\n\n"two\nlines",\n3,z')
    expect(header).toEqual(['a', 'b'])
    expect(rows.map(({ number, line, fields }) => [number, line, fields()('a'), fields()('b')])).toEqual([
      [1, 2, '1', 'x, "y"'],
      [2, 4, 'two\nlines', undefined],
      [3, 6, '3', 'z'],
    ])
    expect(rows.at(-1)?.end).toBe(Buffer.byteLength('\uFEFFa, b\r\n1,"x, ""y"""\r\n\n"two\nlines",\n3,z'))
  })

  test('the same row says the same, however it is quoted', async () => {
    const [plain, quoted] = (await read('a;b\n1;2\n"1";"2"\n', ';')).rows
    expect(plain?.text).toBe(quoted?.text)
  })

  test('a row with too few or too many cells, or bytes that are no UTF-8, is refused by itself', async () => {
    const { rows } = await read(
      Buffer.concat([Buffer.from('a,b\n1\n1,2,3\n'), Buffer.from([0xe9]), Buffer.from(',2\n1,2')]),
    )
    expect(() => rows[0]?.fields()).toThrow('1 cells where the header has 2')
    expect(() => rows[1]?.fields()).toThrow('3 cells where the header has 2')
    expect(() => rows[2]?.fields()).toThrow('not UTF-8')
    expect(rows[3]?.fields()('b')).toBe('2')
  })

  test('quoting that breaks ends the reading, with the line', async () => {
    await expect(read('a,b\n1,2\n3,"4"x\n')).rejects.toThrow(/no CSV from here on.*line 3/)
    await expect(read('a,b\n1,"2\n3,4\n')).rejects.toThrow('no CSV from here on')
  })

  test('two columns of one name are refused', async () => {
    await expect(read('a,a\n1,2\n')).rejects.toThrow('two columns called "a"')
  })

  test('a file without a row has none', async () => {
    expect(await read('')).toEqual({ header: [], rows: [] })
    expect((await read('a,b\n')).rows).toEqual([])
  })
})
