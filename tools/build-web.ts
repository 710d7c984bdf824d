import { createHash } from 'node:crypto'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { build } from 'vite'

/**
 * Builds the web page into dist/web unless what is there was built from the same sources and
 * the same locked packages. With --force it is built in any case.
 */
const stamp = 'dist/web/.built-from'

async function fingerprint(): Promise<string> {
  const files = ['package-lock.json']
  for await (const file of glob('src/web/**/*.{ts,tsx,css,html,svg,graphql}')) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.toSorted()) hash.update(file).update('\0').update(await readFile(file)).update('\0')
  return hash.digest('hex')
}

const wanted = await fingerprint()
const built = await readFile(stamp, 'utf8').catch(() => undefined)
if (wanted !== built || process.argv.includes('--force')) {
  await build({ configFile: 'src/web/vite.config.ts', logLevel: 'warn' })
  await writeFile(stamp, wanted)
}
