/**
 * `npm run ledger`: makes docs/SECURITY-LEDGER.md of docs/security-ledger.yaml, and fails where a
 * test or a file that it names is not there.
 *
 *  --check          writes nothing; fails where docs/SECURITY-LEDGER.md is stale
 *  --ran REPORT     fails where a named test has not run, or not passed, by vitest's JSON report
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readLedger, wrongIn } from './ledger/ledger.ts'
import { ledgerMarkdown } from './ledger/markdown.ts'
import { notPassed } from './ledger/runs.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean' }, ran: { type: 'string' } } })
const page = new URL('../docs/SECURITY-LEDGER.md', import.meta.url)
const ledger = readLedger()
const wrong = wrongIn(ledger)
if (values.ran !== undefined) wrong.push(...notPassed(ledger, JSON.parse(readFileSync(values.ran, 'utf8'))))
const made = ledgerMarkdown(ledger)
if (!values.check) writeFileSync(page, made)
else if (readFileSync(page, 'utf8') !== made) wrong.push('docs/SECURITY-LEDGER.md is stale: npm run ledger')
for (const sentence of wrong) process.stdout.write(`${sentence}\n`)
process.stdout.write(wrong.length === 0 ? 'the security ledger is whole\n' : 'the security ledger is NOT whole\n')
process.exitCode = wrong.length === 0 ? 0 : 1
