/**
 * `npm run contract`: how true the document is, in ten lines. Runs the whole suite (which answers,
 * codes, roles, inputs and examples it has seen), the lint, and the comparison with the last
 * release; fails where one of them does.
 *
 *  --recorded  takes the last complete run of the suite instead of running it again
 *  --check     writes nothing; fails where generated/coverage.json or generated/CHANGES.md is stale
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { judgeRecorded } from './coverage/judge.ts'
import { contractDigest, readDocument } from './coverage/record.ts'
import type { CoverageReport } from './coverage/report.ts'
import { diffReport } from './diff.ts'
import { operationsOf } from './document.ts'
import { lintContract } from './lint.ts'

const { values } = parseArgs({ options: { recorded: { type: 'boolean' }, check: { type: 'boolean' } } })
const root = fileURLToPath(new URL('..', import.meta.url))

const covered = command('coverage.ts', [
  ...(values.recorded ? ['--recorded'] : []),
  ...(values.check ? ['--check'] : []),
])
const compared = command('diff.ts', values.check ? ['--check'] : [])
const { findings, suppressions } = await lintContract()
for (const finding of findings) say(finding)
const totals = totalsOf()
const { released, current, breaking, compatible, verdict } = diffReport(root)
const document = readDocument()
const [operations, styles] = [operationsOf(document), Object.keys(document['x-styles']).length]
const isTrue = covered && compared && findings.length === 0

say('')
tell(
  'contract',
  `${current}, ${operations.length} operations in ${styles} styles, SHA-256 ${contractDigest().slice(0, 16)}`,
)
tell('answers', `${of('answers')} seen: operation, status and content type`)
tell('codes', `${of('codes')} seen: operation and error code, each with an example`)
tell('roles', `${of('roles')} seen: operation and caller, let in or refused as declared`)
tell('inputs', `${of('inputs')} seen: parameter, header or body property, with a good and a bad value`)
tell('examples', `${of('examples')}: exchanges and failures run and compared by value, values of types sent or seen`)
tell(
  'lint',
  `${findings.length} findings of Redocly, Spectral, OWASP and our own rules; ${suppressions} rules off, with reasons`,
)
tell('changes', `since ${released}: ${breaking} breaking, ${compatible} not; ${verdict.words}`)
tell('report', 'generated/coverage.json, generated/CHANGES.md; /docs/coverage and /docs/changelog of a running service')
tell(
  'verdict',
  isTrue
    ? 'everything in the document that can be checked was seen to hold'
    : 'NOT TRUE: what is missing is told above',
)
process.exitCode = isTrue ? 0 : 1

function command(name: string, flags: string[]): boolean {
  const file = fileURLToPath(new URL(name, import.meta.url))
  return (
    spawnSync(process.execPath, [...process.execArgv, file, ...flags], { cwd: root, stdio: 'inherit' }).status === 0
  )
}

function totalsOf(): CoverageReport['totals'] | undefined {
  try {
    return judgeRecorded().report.totals
  } catch {
    // No complete run; coverage.ts has said why.
    return undefined
  }
}

function of(what: keyof CoverageReport['totals']): string {
  return totals ? `${totals[what].seen} of ${totals[what].declared}` : 'none'
}

function tell(what: string, words: string): void {
  say(`${what.padEnd(9)} ${words}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
