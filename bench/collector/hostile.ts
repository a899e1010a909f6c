import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Agent } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { makeEvents } from './events.ts'
import { type Answer, keepBusy, send, tell } from './load.ts'

const SECONDS = 10

/** The honest tenant's: 40 batches of 25 events a second, over so many connections. */
const CONNECTIONS = 8
const PERIOD_MS = 200
const EVENTS = 25

/** What hostile tenants do, each alone and then all at once. */
export const ATTACKS = ['batches', 'connections', 'bodies', 'keys', 'streams', 'reports'] as const
export type Attack = (typeof ATTACKS)[number]

/** Prints what an honest tenant gets alone, and beside tenants that mean no good. */
export async function besideHostileTenants(url: string): Promise<void> {
  const alone = await honest(url, 'honest tenant, alone')
  for (const attacks of [...ATTACKS.map((attack) => [attack]), ATTACKS]) {
    const name = attacks.length === 1 ? attacks[0] : 'all of these'
    const attackers = await startAttackers(url, attacks)
    const ended = once(attackers, 'exit')
    const kept = await honest(url, `beside hostile ${name}`)
    attackers.kill('SIGKILL')
    await ended
    console.log(`    keeps ${((kept / alone) * 100).toFixed(0)}% of its rate`)
  }
}

/** Sends at a steady pace, as a site does. What is refused is sent again. */
async function honest(url: string, what: string): Promise<number> {
  const refused: string[] = []
  const answers = await keepBusy(CONNECTIONS, SECONDS, async (agent: Agent, signal: AbortSignal): Promise<Answer> => {
    const due = performance.now() + PERIOD_MS
    const body = refused.pop() ?? JSON.stringify({ sentAt: new Date().toISOString(), events: makeEvents(EVENTS) })
    const answer = await send(`${url}/v1/batch`, { method: 'POST', key: 'sk_honest', body })(agent, signal)
    if (answer.status !== 200) refused.push(body)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    return answer
  })
  return tell(what, answers, { seconds: SECONDS, perRequest: EVENTS })
}

/** In a process of their own: what they do must not slow down the honest one's clock. Resolves when all are at work. */
async function startAttackers(url: string, attacks: readonly Attack[]): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('attackers.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@threadline/source', script, url, ...attacks],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  for await (const line of createInterface(child.stdout)) if (line === 'attacking') return child
  throw new Error('the attackers ended')
}
