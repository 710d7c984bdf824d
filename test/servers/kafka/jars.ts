import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { withLock } from '../../cluster/lock.ts'

const pom = join(import.meta.dirname, 'pom.xml')
const exists = (path: string) => stat(path).then(() => true, () => false)

/** The folder with a broker's jars, which Maven brings once: outside the checkout, so that every checkout and branch shares it. */
export async function kafkaJars(): Promise<string> {
  const root = process.env['WATCHQL_KAFKA_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'watchql', 'kafka')
  const cache = join(root, createHash('sha256').update(await readFile(pom)).digest('hex').slice(0, 16))
  if (await exists(cache)) return cache
  await mkdir(dirname(cache), { recursive: true })
  await withLock(`${cache}.lock`, () => undefined, async () => {
    if (await exists(cache)) return
    const work = await mkdtemp(`${cache}.coming-`)
    try {
      await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${work}`])
      await rename(work, cache)
    } catch (error) {
      throw new Error('The jars of a Kafka broker could not be had with Maven (Debian: apt-get install maven default-jre-headless).', { cause: error })
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  })
  return cache
}
