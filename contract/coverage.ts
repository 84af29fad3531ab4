/**
 * `npm run coverage:contract`: runs the whole suite, then says what of the contract it has not
 * seen, and writes `generated/coverage.json`. Exits with 1 where anything is missing.
 *
 *  --recorded  judges the last complete run instead of running the suite again
 *  --check     writes nothing; fails where what is checked in is not complete, before anything is
 *              run, or is not what the run shows
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { judgeRecorded } from './coverage/judge.ts'
import { readDocument, root } from './coverage/record.ts'
import { incompleteness } from './coverage/report.ts'

const file = `${root}generated/coverage.json`
const { values } = parseArgs({ options: { recorded: { type: 'boolean' }, check: { type: 'boolean' } } })
const say = (line: string) => process.stdout.write(`${line}\n`)

if (values.check) {
  if (!existsSync(file)) fail('there is no generated/coverage.json: run npm run coverage:contract')
  const missing = incompleteness(JSON.parse(readFileSync(file, 'utf8')), readDocument().info.version)
  if (missing.length > 0) fail(`generated/coverage.json ${missing.join(', ')}: run npm run coverage:contract`)
}

if (!values.recorded) {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, 'run'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) fail('the suite has failed: nothing is judged')
}

const { report, gaps } = judged()
for (const gap of gaps) say(gap)
for (const [what, { seen, declared }] of Object.entries(report.totals)) say(`${what.padEnd(8)} ${seen} of ${declared}`)
const text = `${JSON.stringify(report, null, 2)}\n`
if (!values.check) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text)
  fail('generated/coverage.json is not what the suite shows: run npm run coverage:contract and commit what it writes')
if (gaps.length > 0) fail(`${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`)

function judged() {
  try {
    return judgeRecorded()
  } catch (error) {
    return fail((error as Error).message)
  }
}

function fail(why: string): never {
  process.stderr.write(`contract coverage: ${why}\n`)
  process.exit(1)
}
