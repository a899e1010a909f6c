import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nameUuid } from './name-uuid.ts'

/** The same by Node's own SHA-1. */
function reference(name: string): string {
  const namespace = Buffer.from('5d6c4b0e8f3a4f0d9a572c1e7b9d3f64', 'hex')
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

describe('nameUuid', () => {
  test('is the UUID of version 5, whatever the length', () => {
    for (let length = 0; length < 200; length += 1) {
      const name = Array.from({ length }, (_, index) => String.fromCharCode(33 + ((index * 7 + length) % 90))).join('')
      expect(nameUuid(name), `length ${length}`).toBe(reference(name))
    }
  })

  test.each(['stripe:evt_1PZ4kd2eZvKYlo2C', 'größe', '日本語', '🧵', 'a\ud800b'])('of %s', (name) => {
    expect(nameUuid(name)).toBe(reference(name))
    expect(nameUuid(name)).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })
})
