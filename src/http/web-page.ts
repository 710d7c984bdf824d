import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../base/logging.ts'

/** The page may load only what this service serves; GraphiQL's editor styles itself and runs workers. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Gives browsers that open /graphql the GraphiQL page from a folder of built assets, and that page its assets. */
export function webPage(app: FastifyInstance, folder: string, logger: Logger): void {
  if (!existsSync(join(folder, 'index.html'))) {
    logger.log('warn', 'GraphiQL is not served: its page is not built ("npm run build")', { folder })
    return
  }
  void app.register(fastifyStatic, { root: folder, prefix: '/graphql/', index: false, dotfiles: 'ignore', decorateReply: false, immutable: true, maxAge: '365d' })
  app.addHook('preHandler', async (request, reply) => (wantsPage(request) ? sendPage(reply, folder) : undefined))
}

function wantsPage(request: FastifyRequest): boolean {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  return request.method === 'GET' && (pathname === '/graphql' || pathname === '/graphql/') && !searchParams.has('query') && (request.headers.accept ?? '').includes('text/html')
}

async function sendPage(reply: FastifyReply, folder: string): Promise<FastifyReply> {
  const page = await readFile(join(folder, 'index.html'))
  return reply.header('content-security-policy', contentSecurityPolicy).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page)
}
