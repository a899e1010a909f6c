import type { Hono } from 'hono'
import { openApiDocument } from '../openapi/document.ts'

/** `GET /v1/openapi.json`: what this collector takes and answers, for anybody. It is the same for all collectors. */
export function addOpenApiRoutes(app: Hono): void {
  let document: object | undefined
  app.get('/v1/openapi.json', (c) => {
    document ??= openApiDocument()
    return c.json(document)
  })
}
