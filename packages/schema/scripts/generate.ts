import { writeFileSync } from 'node:fs'
import { nativeJsonSchema } from '../src/zod.ts'

// Writes the wire protocol down as JSON Schema; a test fails when the file and the code part ways.
const file = new URL('../native.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(nativeJsonSchema(), null, 2)}\n`)
