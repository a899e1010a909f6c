import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { run } from './run.ts'

/** Runs a command that needs no collector, and returns all it said. */
async function runHere(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const code = await run(args, { env, stdin: Readable.from([]), stdout, stderr })
  stdout.end()
  stderr.end()
  return { code, stdout: await text(stdout), stderr: await text(stderr) }
}

async function temporaryFile(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'threadline-cli-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

/** Nothing listens there, and nothing is to be sent. */
const ENV = { THREADLINE_KEY: 'sk_never_used', THREADLINE_HOST: 'http://127.0.0.1:9' }

describe('threadline', () => {
  test('--help and --version end with 0', async () => {
    expect(await runHere(['--help'])).toMatchObject({ code: 0, stderr: '' })
    expect(await runHere(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
  })

  test('a wrong argument ends with 2, in words or as JSON', async () => {
    const inWords = await runHere(['collect', '--port', '70000'])
    expect(inWords.code).toBe(2)
    expect(inWords.stderr).toContain('from 0 to 65535')
    const { code, stdout, stderr } = await runHere(['collect', '--port', '70000', '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'usage', message: expect.stringContaining('from 0 to 65535') },
    })
  })

  test.each([
    ['no key', {}, [], 'a key is needed'],
    ['no Threadline key', { THREADLINE_KEY: 'hunter2-secret' }, [], 'not a Threadline key'],
    ['a host that is no origin', ENV, ['--host', 'events.example.com'], 'is an origin'],
    ['a host with a password', ENV, ['--host', 'https://a:hunter2-secret@example.com'], 'is an origin'],
    ['a key file that is not there', {}, ['--key-file', '/nowhere'], 'cannot read the key file'],
  ])('tail with %s ends with 2 and repeats no secret', async (_, env, args, message) => {
    const { code, stderr } = await runHere(['tail', ...args], env)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('hunter2-secret')
  })

  test('a key given as an argument is warned about', async () => {
    const { code, stderr } = await runHere(['tail', '--key', 'sk_on_the_command_line', '--host', 'nothing'])
    expect(code).toBe(2)
    const warned = await runHere(['backfill', '/nowhere.csv', '--key', 'sk_on_the_command_line'])
    expect(warned.stderr).toContain('--key shows the key to other users')
    expect(warned.stderr + stderr).not.toContain('sk_on_the_command_line')
  })

  test('a keys file that is wrong is refused without showing what is in it', async () => {
    const broken = await temporaryFile('keys.json', '[{"key":"sk_hunter2_secret"')
    const wrong = await temporaryFile('keys.json', '[{"key":"sk_hunter2_secret","origin":"x"}]')
    for (const file of [broken, wrong]) {
      const { code, stderr } = await runHere(['collect', '--keys-file', file])
      expect(code).toBe(2)
      expect(stderr).toContain('is a JSON list')
      expect(stderr).not.toContain('sk_hunter2_secret')
    }
  })

  test.each([
    ['is no JSON', '{"keys":[{"key":"sk_hunter2_secret"', 'this is no JSON'],
    ['has two mistakes', '{"port":"hunter2","retention":9}', /port: .*number.*; there is no retention here/],
    ['has a port that is none', '{"port":70000}', 'port: Too big'],
    ['has two stores', '{"dataDir":"a","databaseUrl":"postgres://a:hunter2@b/c"}', 'databaseUrl: there is one store'],
    ['has another database', '{"databaseUrl":"mysql://a:hunter2@b/c"}', 'databaseUrl: it begins with postgres://'],
    ['has a Citus without a database', '{"citus":true}', 'citus: it is for a databaseUrl'],
    ['has no days', '{"projectRetentionDays":{"shop":0}}', 'projectRetentionDays.shop: Too small'],
    ['has a project that is none', '{"projectRetentionDays":{"hunter2 b":9}}', 'Days: a project is 1 to 64 of'],
    ['has a secret as a name', '{"keys":[{"sk_hunter2_secret":"shop"}]}', 'a member that does not belong here'],
    ['has a key that is none', '{"keys":[{"key":"hunter2-secret"}]}', 'keys.0.key: a key is pk_'],
    ['has a key of no project', '{"keys":[{"key":"pk_hunter2","project":"a b"}]}', 'keys.0.project: a project is'],
    ['has half an origin', '{"keys":[{"key":"pk_hunter2","origins":["example.com"]}]}', 'keys.0.origins.0: an origin'],
    ['has a page as origin', '{"keys":[{"key":"pk_hunter2","origins":["https://example.com/"]}]}', 'keys.0.origins.0'],
    ['has half a credential', '{"dialects":{"servoki":[{"apiKey":"hunter2"}]}}', 'dialects.servoki.0.site'],
  ])('a configuration file that %s is refused with where and why, without a secret', async (_, json, message) => {
    const file = await temporaryFile('threadline.json', json)
    const ends = [
      await runHere(['collect', '--config', file]),
      await runHere(['keys', 'list'], { THREADLINE_CONFIG: file }),
    ]
    for (const { code, stderr } of ends) {
      expect(code).toBe(2)
      expect(stderr).toMatch(message)
      expect(stderr).not.toContain('hunter2')
    }
  })

  test.each([
    ['no JSON', '{"servoki":[{"apiKey":"hunter2-secret"', 'is a JSON object'],
    ['a service that is none', '{"servoky":[{"apiKey":"hunter2-secret","site":"example.com"}]}', 'is a JSON object'],
    ['half a credential', '{"servoki":[{"apiKey":"hunter2-secret"}]}', 'servoki.0.site'],
    ['a malformed project', '{"analyse":[{"publicKey":"hunter2-secret","project":"a b"}]}', 'a project is'],
  ])(
    'dialects with %s are refused, in a file and in the environment, without showing them',
    async (_, json, message) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'threadline-cli-'))
      onTestFinished(() => rm(dataDir, { recursive: true }))
      const collect = ['collect', '--port', '0', '--data-dir', dataDir]
      const file = await temporaryFile('dialects.json', json)
      const ends = [
        await runHere([...collect, '--dialects-file', file]),
        await runHere(collect, { THREADLINE_DIALECTS: json }),
      ]
      for (const { code, stderr } of ends) {
        expect(code).toBe(2)
        expect(stderr).toContain(message)
        expect(stderr).not.toContain('hunter2-secret')
      }
    },
  )

  test('origins are for pk_ keys, and look as browsers send them', async () => {
    const create = ['keys', 'create', '--data-dir', '/nowhere/at/all']
    const forServer = await runHere([...create, '--kind', 'sk', '--origin', 'https://example.com'])
    expect(forServer).toMatchObject({ code: 2, stderr: expect.stringContaining('--origin is for pk_ keys') })
    const withSlash = await runHere([...create, '--kind', 'pk', '--origin', 'https://example.com/'])
    expect(withSlash).toMatchObject({ code: 2, stderr: expect.stringContaining('is no origin') })
  })
})

describe('threadline backfill', () => {
  test.each([
    [['--map', 'userId=Nobody'], 'no column "Nobody"'],
    [['--map', 'user=Customer'], 'is no place in an event'],
    [['--delimiter', ';;'], 'one character'],
    [['--rate', '0'], 'above 0'],
  ])('%j is refused before anything is sent', async (args, message) => {
    const file = await temporaryFile('orders.csv', 'Customer,event\ncus_1,purchase\n')
    const { code, stderr } = await runHere(['backfill', file, ...args], ENV)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('a file whose name does not say what is in it needs --format', async () => {
    const file = await temporaryFile('orders.txt', 'Customer\n')
    const { code, stderr } = await runHere(['backfill', file], ENV)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--format csv or --format ndjson') })
  })

  test('a file that is not there is named', async () => {
    const { code, stderr } = await runHere(['backfill', '/nowhere/orders.csv'], ENV)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('/nowhere/orders.csv') })
  })
})
