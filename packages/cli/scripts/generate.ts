import { writeFileSync } from 'node:fs'
import { configJsonSchema } from '../src/config/config-schema.ts'

// Writes the configuration file down as a JSON Schema; a test fails when the file and the code part ways.
const file = new URL('../config.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
