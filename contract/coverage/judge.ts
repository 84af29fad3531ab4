import { readDocument, readRecord } from './record.ts'
import { type CoverageReport, reportCoverage } from './report.ts'

/**
 * The last complete run of the suite, held against the contract.
 *
 * @returns the report, and a line for each gap; none: the suite has seen all that the contract
 * declares
 * @throws Error where there is no such run, or something that it hangs on has changed since
 */
export function judgeRecorded(): { report: CoverageReport; gaps: string[] } {
  return reportCoverage(readDocument(), readRecord().observations)
}
