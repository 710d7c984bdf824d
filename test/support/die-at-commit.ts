import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * Loaded into a process before the service (`node --import`), ends it by SIGKILL right before or
 * right after its n-th commit of those that write what `of` says, and says on standard error what
 * was written by it. A statement outside of a transaction is a commit of its own.
 */
export interface Death {
  readonly when: 'before' | 'after'
  readonly nth: number
  /** As `insert sink_kinds`; without it any commit counts. */
  readonly of?: string
}

const death = JSON.parse(process.env['WATCHQL_DEATH'] ?? 'null') as Death | null
let seen = 0
let written = new Set<string>()

function atCommit(commit: () => unknown): unknown {
  const what = [...written]
  written = new Set()
  const due = death !== null && (death.of === undefined || what.includes(death.of)) && (seen += 1) === death.nth
  if (due && death.when === 'before') die(what)
  const result = commit()
  if (due) die(what)
  return result
}

function die(what: readonly string[]): never {
  writeSync(2, `${JSON.stringify({ died: what })}\n`)
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

// oxlint-disable-next-line typescript/unbound-method -- called with the database as `this` below
const { exec, prepare } = DatabaseSync.prototype
DatabaseSync.prototype.exec = function (this: DatabaseSync, text: string) {
  if (/^\s*commit\b/i.test(text)) atCommit(() => exec.call(this, text))
  else exec.call(this, text)
}
DatabaseSync.prototype.prepare = function (this: DatabaseSync, text: string) {
  const statement = prepare.call(this, text)
  const write = /\b(insert(?: or \w+)? into|update|delete from|alter table|create table) "?(\w+)/i.exec(text)
  const commits = /^\s*commit\b/i.test(text)
  const wrapped = (method: 'run' | 'all') => {
    const run = statement[method].bind(statement) as (...values: unknown[]) => never
    return (...values: unknown[]) => {
      if (write !== null) written.add(`${(write[1] ?? '').toLowerCase().split(' ')[0] ?? ''} ${write[2] ?? ''}`)
      return (commits || (write !== null && !this.isTransaction) ? atCommit(() => run(...values)) : run(...values)) as never
    }
  }
  return Object.assign(statement, { run: wrapped('run'), all: wrapped('all') })
}
