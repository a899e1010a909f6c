import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Driver, Profile, Tab } from './driver.ts'

const LIBRARIES = '/usr/lib'

/** Where Debian puts the browser that WebKitWebDriver drives. */
function findMiniBrowser(): string {
  for (const triplet of readdirSync(LIBRARIES)) {
    const path = `${LIBRARIES}/${triplet}/webkit2gtk-4.1/MiniBrowser`
    if (existsSync(path)) return path
  }
  throw new Error('WebKitWebDriver is installed, its MiniBrowser is not')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

/** Starts a virtual display and gives its name, `:99` for example. */
async function startDisplay(): Promise<{ readonly display: string; readonly process: ChildProcess }> {
  const process = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const pipe = process.stdio[3]
  if (!pipe || !('read' in pipe)) throw new Error('Xvfb has no pipe')
  const [number] = await once(pipe, 'data')
  return { display: `:${String(number).trim()}`, process }
}

interface Session {
  readonly turn: ReturnType<typeof createTurns>
  command<Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Value>
}

async function send<Value>(method: string, url: string, body?: object): Promise<Value> {
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const { value } = (await response.json()) as { value: Value & { message?: string } }
  if (!response.ok) throw new Error(`${method} ${url}: ${value.message ?? response.status}`)
  return value
}

async function isUp(url: string): Promise<boolean> {
  try {
    await send('GET', `${url}/status`)
    return true
  } catch {
    return false
  }
}

/** Runs one task after the other: WebKitWebDriver knows one current window and one command at a time. */
function createTurns(): <Value>(task: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task, task)
    last = result.catch(() => undefined)
    return result
  }
}

function toTab(session: Session, handle: string): Tab {
  function inTab<Value>(method: 'POST' | 'DELETE', path: string, body?: object): Promise<Value> {
    return session.turn(async () => {
      await session.command('POST', '/window', { handle })
      return session.command<Value>(method, path, body)
    })
  }
  return {
    goto: (url) => inTab('POST', '/url', { url }),
    evaluate: (expression) =>
      inTab('POST', '/execute/async', {
        script: `const done = arguments[0]; Promise.resolve(${expression}).then(done, (error) => done(String(error)))`,
        args: [],
      }),
    show: () => session.turn(() => session.command('POST', '/window', { handle })),
    close: () => inTab('DELETE', '/window'),
  }
}

/** WebKitGTK's MiniBrowser over classic WebDriver. Each profile is a browser of its own. */
export async function startWebKit(path: string): Promise<Driver> {
  const binary = findMiniBrowser()
  const { display, process: screen } = await startDisplay()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = spawn(path, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    },
  })
  while (!(await isUp(url))) await new Promise((resolve) => setTimeout(resolve, 20))

  async function newProfile(): Promise<Profile> {
    const { sessionId } = await send<{ sessionId: string }>('POST', `${url}/session`, {
      capabilities: {
        alwaysMatch: {
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary, args: ['--automation'] },
        },
      },
    })
    const session: Session = {
      turn: createTurns(),
      command: (method, command, body) => send(method, `${url}/session/${sessionId}${command}`, body),
    }
    let first: string | undefined = await session.command<string>('GET', '/window')
    return {
      async newTab() {
        const handle =
          first ??
          (await session.turn(() => session.command<{ handle: string }>('POST', '/window/new', { type: 'tab' }))).handle
        first = undefined
        return toTab(session, handle)
      },
      close: () => session.command('DELETE', ''),
    }
  }

  return {
    newProfile,
    async close() {
      server.kill()
      screen.kill()
      await Promise.all([once(server, 'exit'), once(screen, 'exit')])
    },
  }
}
