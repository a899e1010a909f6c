import { describe, expect, test } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

function filled(...items: readonly string[]) {
  const queue = createFairQueue<string>()
  for (const item of items) queue.push(item.charAt(0), item)
  return queue
}

function all(queue: ReturnType<typeof filled>): string[] {
  const taken: string[] = []
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) taken.push(item)
  return taken
}

describe('createFairQueue', () => {
  test('takes the owners in turn, and what each brought in its order', () => {
    expect(all(filled('a1', 'a2', 'a3', 'b1', 'c1', 'c2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
  })

  test('lets an owner who was just served wait for the others', () => {
    const queue = filled('a1', 'a2', 'b1')
    expect(queue.shift()).toBe('a1')
    queue.push('c', 'c1')
    queue.push('a', 'a3')
    expect(all(queue)).toEqual(['b1', 'a2', 'c1', 'a3'])
  })

  test('shows what comes next, and how much there is', () => {
    const queue = filled('a1', 'a2', 'b1')
    expect([queue.peek(), queue.size, queue.sizeOf('a'), queue.sizeOf('d')]).toEqual(['a1', 3, 2, 0])
    expect(all(queue)).toHaveLength(3)
    expect([queue.peek(), queue.size, queue.shift()]).toEqual([undefined, 0, undefined])
  })

  test('forgets what is taken out, once', () => {
    const queue = filled('a1', 'a2', 'b1')
    queue.remove('a', 'a1')
    queue.remove('a', 'a1')
    queue.remove('b', 'b1')
    queue.remove('d', 'd1')
    expect(queue.size).toBe(1)
    expect(all(queue)).toEqual(['a2'])
  })
})
