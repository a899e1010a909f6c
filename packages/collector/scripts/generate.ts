import { writeFileSync } from 'node:fs'
import { openApiDocument } from '../src/openapi/document.ts'

// Writes the API down as OpenAPI; a test fails when the file and the code part ways.
const file = new URL('../openapi.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`)
