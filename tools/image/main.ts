/**
 * `npm run image -- FOLDER [ARGUMENT...]` builds the image's file set into a folder, without a
 * container engine, and starts it; arguments stand in for those of the image.
 */
import '../../src/require-node.ts'
import { resolve } from 'node:path'
import { buildImage } from './build.ts'
import { startImage } from './start.ts'

const [folder, ...args] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Name a folder, which is emptied: npm run image -- /tmp/image [ARGUMENT...]')
  process.exit(1)
}
const image = await buildImage({ context: resolve(import.meta.dirname, '../..'), folder: resolve(folder), report: (line) => console.error(line) })
const child = startImage(image, { args, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => (process.exitCode = code ?? 1))
