import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/base/logging.ts'
import { parseConfig } from '../../src/config/load.ts'
import { startGateway, type Gateway } from '../../src/gateway.ts'
import { startPlayground, type Playground } from '../../src/playground/playground.ts'
import { findChromium, openChromium } from '../support/chromium.ts'
import { eventually } from '../support/gateway.ts'

const chromium = findChromium()
if (chromium === undefined && process.env['CI'] === 'true') throw new Error('CI must try the web page: install Chromium ("apt-get install chromium") or name one in CHROMIUM_PATH.')

describe.skipIf(chromium === undefined)('the page at /graphql, in Chromium (skipped where CHROMIUM_PATH and the path name none)', { timeout: 60_000 }, () => {
  const ended = new AsyncDisposableStack()
  /** Whatever the page could not do or asked of somebody else. */
  const complaints: string[] = []
  let playground: Playground
  let gateway: Gateway
  let page: Page

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['tools/build-web.ts'])
    playground = await startPlayground()
    ended.defer(() => playground.close())
    const surroundings = { env: {}, home: '/nonexistent' }
    const kinds = ['Pod', 'Node', 'Namespace'].map((kind) => ({ kind }))
    const config = parseConfig(JSON.stringify({ listenPort: 0, initialWatchingResources: kinds }), 'the test', surroundings)
    gateway = await startGateway({ ...config, cluster: { name: 'playground', connection: { type: 'anonymous', server: playground.server.url } } }, { logger: silentLogger, surroundings, freezeObjects: true })
    ended.defer(() => gateway.stop())
    // The page reads the schema when it opens.
    await eventually(async () => (await fetch(`${gateway.url}/readyz`)).status, (status) => status === 200, 15_000)
    const browser = ended.use(await openChromium(chromium ?? ''))
    page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed: ${request.failure()?.errorText}`))
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== gateway.url && !['data:', 'blob:'].includes(protocol)) complaints.push(`asked for ${request.url()}`)
    })
    const answer = await page.goto(`${gateway.url}/graphql`)
    expect(answer?.headers()['content-security-policy']).toContain("default-src 'self'")
    await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  }, 90_000)

  afterAll(() => ended.disposeAsync(), 30_000)

  const openTab = (name: string) => page.getByRole('tab', { name }).click()
  const run = () => page.getByLabel('Execute query').click()
  /** What the answer's editor shows; it draws spaces as no-break spaces. */
  const answer = async () => (await page.locator('.graphiql-response .view-lines').innerText()).replaceAll('\u{a0}', ' ')

  test('shows what is watched, and that it is live', async () => {
    const status = page.getByTitle('Show every watched kind')
    await expect.poll(() => status.innerText(), { timeout: 15_000 }).toMatch(/^3 kinds live, \d+ objects$/)
    await status.click()
    const rows = await page.locator('.watchql-watches tbody tr').allInnerTexts()
    expect(rows.map((row) => row.split(/\s+/).slice(0, 3))).toEqual([
      ['Namespace', 'v1', 'live'],
      ['Node', 'v1', 'live'],
      ['Pod', 'v1', 'live'],
    ])
    await page.keyboard.press('Escape')
  })

  test('answers an example with rows', async () => {
    await openTab('WorkloadsByLabel')
    await run()
    await expect.poll(answer, { timeout: 15_000 }).toMatch(/"namespace": "payments",\s+"name": "gateway"/)
  })

  test('explains the schema, the types of kinds included', async () => {
    await page.getByLabel('Show Documentation Explorer').click()
    const panel = page.locator('.graphiql-plugin')
    await panel.getByText('Query', { exact: true }).click()
    await panel.getByText('objects', { exact: true }).waitFor()
    await panel.getByText('deployments', { exact: true }).click()
    await panel.getByText('labelSelector', { exact: true }).waitFor()
    await panel.getByText('AppsV1DeploymentFilter', { exact: true }).waitFor()
  })

  test('opens every example, each of which the gateway answers', async () => {
    await page.getByLabel('Show Examples').click()
    const asked = page.locator('.watchql-examples button', { hasNotText: /subscription/ })
    const titles = await asked.locator('b').allInnerTexts()
    expect(titles).toContain('Watch one more kind')
    for (const title of titles) {
      await asked.filter({ hasText: title }).click()
      await run()
      await expect.poll(answer, { message: title, timeout: 15_000 }).toMatch(/^{\s+"(data|errors)"/)
      expect(await answer(), title).not.toContain('"errors"')
    }
  })

  test('shows a change as soon as it happens', async () => {
    const opened = page.waitForEvent('websocket')
    await openTab('WatchPods')
    await run()
    expect((await opened).url()).toBe(`${gateway.url.replace('http', 'ws')}/graphql`)
    const pods = playground.server.registry.find('', 'v1', 'pods')
    if (pods === undefined) throw new Error('the playground serves no pods')
    // One after the other, because nothing on the page tells when the gateway has begun to follow.
    let created = 0
    const createPod = () => playground.server.store.create(pods, 'shop', { metadata: { name: `seen-${(created += 1)}` }, spec: {} })
    await expect.poll(() => (createPod(), answer()), { timeout: 15_000, interval: 200 }).toMatch(/"type": "ADDED"[^]*"name": "seen-\d+"/)
    await page.getByLabel('Stop query').click()
    await page.getByLabel('Execute query').waitFor()
  })

  test('answers a live query again when its answer changes', async () => {
    await page.locator('.watchql-examples button', { hasText: 'A live query' }).click()
    await run()
    const count = async () => Number(/"totalCount": (\d+)/.exec(await answer())?.[1])
    await expect.poll(count, { timeout: 15_000 }).toBeGreaterThan(0)
    const before = await count()
    playground.server.store.create(playground.server.store.resource('pods'), 'shop', { metadata: { name: 'one-more' }, spec: {} })
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
    await page.getByLabel('Stop query').click()
    await page.getByLabel('Execute query').waitFor()
  })

  test('complained about nothing and asked nobody else', () => {
    expect(complaints).toEqual([])
  })
})
