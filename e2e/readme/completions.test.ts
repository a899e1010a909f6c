import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'

// What an editor offers while somebody writes a call, asked of the compiler's own language service.

const HEAD = `import { createServerClient } from '@threadline/server'
import { createBrowserClient } from '@threadline/browser'
import { defineEvents, type StandardSchema } from '@threadline/schema'
declare const upgraded: StandardSchema<{ readonly from_plan: string; readonly to_plan: 'pro' | 'team' }>
const events = defineEvents({ plan_upgraded: upgraded })
const server = createServerClient({ key: 'sk_1', host: 'https://events.example.com', events })
const plain = createServerClient({ key: 'sk_1', host: 'https://events.example.com' })
const browser = createBrowserClient({ key: 'pk_1', host: '/t', events })
`

const file = join(root, 'docs/completions.ts')
let text = ''
let version = 0

const config = ts.getParsedCommandLineOfConfigFile(
  join(root, 'docs/tsconfig.json'),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
)
const options = { ...config?.options, noEmit: true }
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : '0'),
  getScriptSnapshot: (name) => {
    const content = name === file ? text : ts.sys.readFile(name)
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
  },
  getCurrentDirectory: () => join(root, 'docs'),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === file || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
})

/** What is offered where `|` stands. */
function completions(code: string): string[] {
  const [before = '', after = ''] = code.split('|')
  text = `${HEAD}${before}${after}`
  version += 1
  const offered = service.getCompletionsAtPosition(file, HEAD.length + before.length, {})
  return offered?.entries.map(({ name }) => name) ?? []
}

describe('an editor completes', () => {
  test.each([
    ['names on the server', `server.capture({ event: '|' })`, ['plan_upgraded', 'signup_completed', 'purchase']],
    ['names in the browser', `browser.capture('|')`, ['plan_upgraded', 'signup_completed']],
    ['names without a catalogue', `plain.capture({ event: '|' })`, ['signup_completed', 'purchase']],
    [
      'properties of an own event on the server',
      `server.capture({ event: 'plan_upgraded', properties: { | } })`,
      ['from_plan', 'to_plan'],
    ],
    [
      'properties of a standard event on the server',
      `server.capture({ event: 'signup_completed', properties: { | } })`,
      ['method', 'trial_days'],
    ],
    ['properties of an own event in the browser', `browser.capture('plan_upgraded', { | })`, ['from_plan', 'to_plan']],
    [
      'values of a property',
      `server.capture({ event: 'signup_completed', properties: { method: '|' } })`,
      ['email', 'oauth'],
    ],
    ['a verb for each standard event', `browser.|`, ['signedUp', 'capture']],
    ['properties of a verb', `server.scope(new Request('https://a.test')).signedUp({ properties: { | } })`, ['method']],
  ])('%s', (_what, code, expected) => {
    expect(completions(code)).toEqual(expect.arrayContaining(expected))
  })
})
