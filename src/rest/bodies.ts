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
    else void parseJson(request, body as string, (error, value) => (error === null ? parsed(null, value) : parsed(whyNot(body as string))))
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

/** Why a text is refused: where it stops being JSON, or else what the parser takes from nobody. */
function whyNot(text: string): WatchqlError {
  try {
    JSON.parse(text)
    return new WatchqlError('BAD_REQUEST', 'The body has a member `__proto__` or `constructor.prototype`, which is taken from nobody.')
  } catch (error) {
    return new WatchqlError('BAD_REQUEST', `The body is not JSON: ${(error as Error).message}.`)
  }
}
