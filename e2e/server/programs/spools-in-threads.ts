// Worker threads that all start at once and spool into one folder. Each captures under a name of its own; the program
// prints what each says: `<thread> refused` when the folder is another's, `<thread> written <count>` for what it had
// captured a tenth of a second before. SIGUSR2 terminates the thread that holds the folder, without a shutdown.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createServerClient } from '@threadline/server'

interface Task {
  readonly host: string
  readonly dir: string
  readonly thread: string
}

/** A thread does not inherit the loader of TypeScript. */
const BOOTSTRAP = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}) })`

function startThreads(host: string, dir: string, names: readonly string[]): void {
  const refused = new Set<string>()
  const workers = new Map(
    names.map((thread) => {
      const worker = new Worker(BOOTSTRAP, { eval: true, workerData: { host, dir, thread } })
      worker.on('message', (line: string) => {
        if (line === 'refused') refused.add(thread)
        process.stdout.write(`${thread} ${line}\n`)
      })
      return [thread, worker]
    }),
  )
  process.on('SIGUSR2', () => {
    const [holder] = [...workers.keys()].filter((thread) => !refused.has(thread))
    void workers.get(holder ?? '')?.terminate()
  })
}

function capture({ host, dir, thread }: Task): void {
  const say = (line: string): void => parentPort?.postMessage(line)
  const client = createServerClient({
    key: 'sk_test',
    host,
    spool: { dir },
    onError: ({ code, message }) => {
      if (code === 'spool_failed') say(message.includes('in use by another thread') ? 'refused' : message)
    },
  })
  let captured = 0
  setInterval(() => {
    const written = captured
    setTimeout(() => say(`written ${written}`), 100)
    client.capture({ event: 'job_done', userId: 'user_42', eventId: `${thread}_${captured}` })
    captured += 1
  }, 5)
}

if (isMainThread) {
  const [host = '', dir = '', ...names] = process.argv.slice(2)
  startThreads(host, dir, names)
} else {
  capture(workerData as Task)
}
