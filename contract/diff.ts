/**
 * `npm run contract:diff`: what differs between the last released contract and
 * generated/openapi.json, and whether info.version allows it. Writes the changelog of the contract,
 * generated/CHANGES.md, and the same for programs, generated/changes.json. It works on the project
 * in whose folder it is started.
 *
 *  --check    writes nothing; fails where the changelog that is checked in is stale
 *  --release  keeps the contract as released, contract/released/<version>.json
 *
 * Exits with 1 where the version does not allow the changes or the changelog is stale, with 2 where
 * the comparison itself failed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ComparisonError } from './diff/references.ts'
import {
  type Change,
  changelogOf,
  changesOf,
  readContract,
  readReleases,
  type Step,
  stepBetween,
} from './diff/releases.ts'
import { judgeVersion, type Verdict } from './diff/version.ts'

export interface DiffReport {
  /** The version of the last released contract. */
  released: string
  /** The version of the contract at hand. */
  current: string
  breaking: number
  compatible: number
  /** Operations, or other parts of the contract, whose prose changed. */
  prose: number
  verdict: Verdict
}

/**
 * Compares the contract of a project with its last release.
 *
 * @param root folder of the project
 * @throws ComparisonError where it cannot be compared: that is not to be told as "nothing changed"
 */
export function diffReport(root = fileURLToPath(new URL('..', import.meta.url))): DiffReport {
  return reportOf(judge(root))
}

if (import.meta.main) process.exitCode = run(process.cwd())

function run(root: string): number {
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean' }, release: { type: 'boolean' } } })
    const judged = judge(root)
    print(judged)
    if (!judged.verdict.ok) return 1
    if (!writeChangelog(root, judged.changes, values.check === true)) return 1
    return values.release ? release(root, judged) : 0
  } catch (error) {
    // Any error: a comparison that broke off halfway has seen nothing of the rest.
    const why = error instanceof ComparisonError ? error.message : (error as Error).stack
    process.stderr.write(`contract diff: the contracts could not be compared: ${why}\n`)
    return 2
  }
}

interface Judged {
  step: Step
  verdict: Verdict
  changes: Change[]
}

function judge(root: string): Judged {
  const releases = readReleases(join(root, 'contract/released'))
  const current = readContract(join(root, 'generated/openapi.json'))
  const step = stepBetween(releases.at(-1) ?? releases[0], current)
  const verdict = judgeVersion(step.from.version, current.version, step.differences)
  return { step, verdict, changes: changesOf(releases, current) }
}

function reportOf({ step: { from, to, told }, verdict }: Judged): DiffReport {
  const [breaking, compatible] = [told.breaking.length, told.compatible.length]
  return { released: from.version, current: to.version, breaking, compatible, prose: told.prose, verdict }
}

function print(judged: Judged): void {
  const { released, current, breaking, compatible, prose, verdict } = reportOf(judged)
  const { told } = judged.step
  for (const line of told.breaking) say(`BREAKING  ${line}`)
  for (const line of told.compatible) say(`ok        ${line}`)
  say(
    `contract diff, ${released} -> ${current}: ${breaking} breaking, ${compatible} compatible, prose in ${prose} places`,
  )
  if (verdict.ok) say(verdict.words)
  else process.stderr.write(`contract diff: ${verdict.words}\n`)
}

/** Whether the changelog is as it should be in the end. */
function writeChangelog(root: string, changes: Change[], check: boolean): boolean {
  const files = [
    { name: 'generated/CHANGES.md', text: changelogOf(changes) },
    { name: 'generated/changes.json', text: `${JSON.stringify(changes, null, 2)}\n` },
  ]
  for (const { name, text } of files) {
    const file = join(root, name)
    if (!check) writeFileSync(file, text)
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      process.stderr.write(`contract diff: ${name} is stale: run npm run contract:diff and commit what it writes\n`)
      return false
    }
  }
  return true
}

function release(root: string, { step: { to } }: Judged): number {
  const file = join(root, `contract/released/${to.version}.json`)
  if (existsSync(file)) {
    process.stderr.write(`contract diff: ${to.version} is released already: raise info.version first\n`)
    return 1
  }
  writeFileSync(file, readFileSync(join(root, 'generated/openapi.json')))
  say(`released as contract/released/${to.version}.json`)
  return 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
