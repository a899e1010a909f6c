import { onTestFinished, vi } from 'vitest'

/** What a client, or anything in this process, says is wrong on the console from now on. */
export function complaints(): unknown[] {
  const heard: unknown[] = []
  for (const level of ['error', 'warn'] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((...words) => {
      heard.push(words.join(' '))
    })
    onTestFinished(() => spy.mockRestore())
  }
  return heard
}
