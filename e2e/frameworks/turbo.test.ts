import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll } from 'vitest'
import { bundleScriptTag } from '../browser/bundle.ts'
import { describeFramework } from './contract.ts'

const folder = fileURLToPath(new URL('apps/turbo/public/', import.meta.url))

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}threadline.js`, await bundleScriptTag())
})

describeFramework('Turbo, with a script tag that it runs again on every visit', {
  folder: 'turbo',
  build: ['vite/bin/vite.js', 'build'],
  serve: ['vite/bin/vite.js', 'preview', '--port', '0', '--strictPort'],
})
