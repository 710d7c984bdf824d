import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Pool } from 'undici'
import { post } from '../../../src/delivery/sinks/post.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

/** Posts to a server that answers as given. */
async function startPosting(answer: (response: ServerResponse, socket: Socket) => void, connections = 1) {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      answer(response, request.socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections, pipelining: 1, maxResponseSize: 1000, headersTimeout: 0, bodyTimeout: 0 })
  closers.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => pool.destroy(),
  )
  return {
    bodies,
    send: (body: string, { timeoutMs = 5000, signal = new AbortController().signal } = {}) => post(pool, { path: '/hook?a=1', headers: { 'content-type': 'text/plain' }, body: Buffer.from(body), timeoutMs, signal }),
  }
}

describe('a POST', () => {
  it('answers with the status, the headers and the text, over one connection', async () => {
    const sockets = new Set<Socket>()
    const { send, bodies } = await startPosting((response, socket) => {
      sockets.add(socket)
      response.writeHead(429, { 'retry-after': '7' }).end('später')
    })
    for (const body of ['ä', '']) expect(await send(body)).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, text: 'später' })
    expect(bodies).toEqual(['ä', ''])
    expect(sockets.size).toBe(1)
  })

  it('takes early hints for no answer', async () => {
    const { send } = await startPosting((response) => response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.writeHead(204).end()))
    expect(await send('a')).toMatchObject({ status: 204, text: '' })
  })

  it('ends when its time is over, and makes room for the next', async () => {
    let answers = false
    const { send } = await startPosting((response) => void (answers && response.writeHead(204).end()))
    await expect(send('a', { timeoutMs: 50 })).rejects.toThrow('no answer within 50 ms')
    answers = true
    expect(await send('b')).toMatchObject({ status: 204 })
  })

  it('that waits for a connection until its time is over is never sent', async () => {
    const answers: (() => void)[] = []
    const { send, bodies } = await startPosting((response) => answers.push(() => response.writeHead(204).end()))
    const first = send('first')
    await expect(send('second', { timeoutMs: 100 })).rejects.toThrow('no answer within 100 ms')
    await expect.poll(() => answers.length).toBe(1)
    answers[0]?.()
    expect(await first).toMatchObject({ status: 204 })
    const third = send('third')
    await expect.poll(() => answers.length).toBe(2)
    answers[1]?.()
    expect(await third).toMatchObject({ status: 204 })
    expect(bodies).toEqual(['first', 'third'])
  })

  it('of which the answer began keeps its status, though the rest drips, breaks off or is too long', async () => {
    let rest: (response: ServerResponse, socket: Socket) => void = () => undefined
    const { send } = await startPosting((response, socket) => {
      response.writeHead(200).write('taken')
      setTimeout(() => rest(response, socket), 50)
    })
    expect(await send('a', { timeoutMs: 150 })).toMatchObject({ status: 200, text: 'taken' })
    rest = (_response, socket) => socket.resetAndDestroy()
    expect(await send('b')).toMatchObject({ status: 200, text: 'taken' })
    rest = (response) => response.end('x'.repeat(5000))
    expect((await send('c')).text.length).toBeLessThanOrEqual(1000)
  })

  it('fails with the reason when the connection is closed or refused', async () => {
    const { send } = await startPosting((_response, socket) => void socket.end())
    await expect(send('a')).rejects.toThrow('other side closed')
    const nowhere = new Pool('http://127.0.0.1:1')
    closers.push(() => nowhere.destroy())
    await expect(post(nowhere, { path: '/', headers: {}, body: Buffer.from('a'), timeoutMs: 1000, signal: new AbortController().signal })).rejects.toThrow('ECONNREFUSED')
  })

  it('is broken off by its signal, at once where that was given before', async () => {
    const { send, bodies } = await startPosting(() => undefined)
    const ending = new AbortController()
    const sent = send('a', { signal: ending.signal })
    await expect.poll(() => bodies).toEqual(['a'])
    ending.abort()
    await expect(sent).rejects.toThrow('it was broken off')
    await expect(send('b', { signal: ending.signal })).rejects.toThrow('it was broken off')
    expect(bodies).toEqual(['a'])
  })

  it('refuses a header that is none, and sends nothing', async () => {
    const { send, bodies } = await startPosting((response) => response.writeHead(204).end())
    const sent = post(new Pool('http://127.0.0.1:1'), { path: '/', headers: { a: 'b\r\nc: d' }, body: Buffer.from(''), timeoutMs: 1000, signal: new AbortController().signal })
    await expect(sent).rejects.toThrow('invalid a header')
    expect(await send('a')).toMatchObject({ status: 204 })
    expect(bodies).toEqual(['a'])
  })
})
