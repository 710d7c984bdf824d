import { readFile } from 'node:fs/promises'

/** Adds up vitest's JSON reports, named as arguments, into one line. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

const reports = await Promise.all(process.argv.slice(2).map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Report))
const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0)

console.log(
  `${sum((report) => report.numPassedTests)} passed, ${sum((report) => report.numFailedTests)} failed, ${sum((report) => report.numPendingTests + report.numTodoTests)} skipped`,
)
