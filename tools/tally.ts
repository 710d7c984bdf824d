import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'

/**
 * Adds up vitest's JSON reports, named as arguments, into one line, after what failed and why: the end of a long log is
 * often all that is kept of it.
 */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    /** Why the file itself failed, in its import or in a hook; empty otherwise. */
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages: readonly string[] | null }[]
  }[]
}

/** Lines of a failure's text that are shown. */
const SHOWN = 20

const reports = await Promise.all(process.argv.slice(2).map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Report))
const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0)

const show = (file: string, title: string, why: string) => {
  console.log(`FAILED ${relative('.', file)}${title && ` > ${title}`}\n${why.split('\n').slice(0, SHOWN).join('\n')}\n`)
}
for (const file of reports.flatMap((report) => report.testResults)) {
  const failed = file.assertionResults.filter((test) => test.status === 'failed')
  for (const test of failed) show(file.name, test.fullName, (test.failureMessages ?? []).join('\n'))
  if (file.status === 'failed' && failed.length === 0) show(file.name, '', file.message)
}

console.log(
  `${sum((report) => report.numPassedTests)} passed, ${sum((report) => report.numFailedTests)} failed, ${sum((report) => report.numPendingTests + report.numTodoTests)} skipped`,
)
