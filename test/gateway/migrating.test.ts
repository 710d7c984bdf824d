import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { openGateway, openPlayground } from '../support/gateway.ts'

const text = await readFile('docs/migrating.md', 'utf8')
/** In the order of the page: a command's answer stands behind it. */
const blocks = [...text.matchAll(/^ *```(sh|json|graphql)\n(.*?)^ *```/gms)].map(([, language = '', content = '']) => ({ language, content }))

/** As curl reads it, as far as the page uses it. */
function readCurl(command: string) {
  const [, method = 'GET'] = /-X (\w+)/.exec(command) ?? []
  const [, url = ''] = /'(http:[^']+)'/.exec(command) ?? []
  const [, body] = /-d '([^']+)'/s.exec(command) ?? []
  const headers = Object.fromEntries([...command.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]))
  return { url, init: { method, headers, ...(body === undefined ? {} : { body }) } }
}

describe('the examples of docs/migrating.md', () => {
  it('are answered on the playground as the page says', async () => {
    const { server } = await openPlayground()
    const { url, data } = await openGateway(server)
    let answer: unknown
    let answers = 0
    for (const { language, content } of blocks) {
      if (language === 'graphql') expect((await data(content)).objects.totalCount).toBe(3)
      else if (language === 'sh') {
        const { url: written, init } = readCurl(content)
        const response = await fetch(written.replace('http://localhost:3000', url), init)
        expect(response.status, content).toBe(200)
        answer = await response.json()
      } else if ('code' in JSON.parse(content)) {
        answers += 1
        const expected = JSON.parse(content)
        // Of a longer list the page shows the first.
        const [hosts] = expected.data
        if (hosts.serviceHosts !== undefined) hosts.serviceHosts = expect.arrayContaining(hosts.serviceHosts.map((host: object) => expect.objectContaining(host) as unknown))
        expect(answer).toMatchObject(expected)
      }
    }
    expect(answers).toBe(3)
  })

  it('are configurations that hold', () => {
    const configs = blocks.filter(({ language, content }) => language === 'json' && !('code' in JSON.parse(content)))
    expect(configs).toHaveLength(2)
    for (const { content } of configs) expect(() => parseConfig(content, 'the page', { env: {}, home: '/' })).not.toThrow()
  })

  it('name every path that there is', async () => {
    const { server } = await openPlayground()
    const { url } = await openGateway(server)
    const greeting = await (await fetch(url)).text()
    for (const path of greeting.match(/\/(?:resources|manage|analyze)\/\w+/g) ?? []) expect(text).toContain(path)
  })
})
