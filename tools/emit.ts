import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emitGoldenSchema } from './golden-schema.ts'

/**
 * Writes what is generated from the code: the schemas in schema/ and the web page's typed
 * operations. With `--check` it writes nothing and fails when a file is out of step.
 * Works on the built code, because decorators need the compiler.
 */
const root = join(import.meta.dirname, '..')
const built = (file: string) => import(join(root, 'dist', file)) as Promise<Record<string, () => string>>
const check = process.argv.includes('--check')

const { emitSchema } = await built('graphql/static/build-schema.js')
const { emitConfigSchema } = await built('config/schema.js')
const { emitEventSchema, emitGrwEventSchema } = await built('delivery/event-schema.js')
const emitted = {
  'schema/schema.graphql': emitSchema?.(),
  'schema/golden.graphql': await emitGoldenSchema(),
  'schema/config.schema.json': emitConfigSchema?.(),
  'schema/event.schema.json': emitEventSchema?.(),
  'schema/event-grw.schema.json': emitGrwEventSchema?.(),
}

let stale = 0
for (const [file, text] of Object.entries(emitted)) {
  if (text === undefined) throw new Error(`Nothing emits ${file}.`)
  const path = join(root, file)
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue
  stale += 1
  if (check) console.error(`${file} is out of step with the code; run "npm run emit" and commit it.`)
  else {
    await writeFile(path, text)
    console.log(`wrote ${file}`)
  }
}

try {
  execFileSync('npm', ['run', '--silent', 'codegen', ...(check ? ['--', '--check'] : [])], { cwd: root, stdio: 'inherit' })
} catch {
  stale += 1
}
if (check && stale > 0) process.exitCode = 1
