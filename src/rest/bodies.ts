import { parse } from 'node:querystring'
import type { FastifyInstance } from 'fastify'
import { WatchqlError } from '../base/errors.ts'

/**
 * Bodies as k8s-generic-watcher took them: JSON and forms, and empty ones, whatever clients
 * declare those to be. Others are refused: their conditions would be lost.
 */
export function readBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, parsed) => {
    if (body === '') parsed(null, undefined)
    else void parseJson(request, body as string, parsed)
  })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) => {
    // What curl -d sends where no type is given.
    if (/^\s*[{[]/.test(body as string)) parsed(new WatchqlError('BAD_REQUEST', 'The body is JSON that is declared as a form; send it with content-type: application/json.'))
    else parsed(null, parse(body as string))
  })
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => {
    if (body === '') parsed(null, undefined)
    else parsed(new WatchqlError('UNSUPPORTED_MEDIA_TYPE', 'Send JSON: content-type: application/json.'))
  })
}
