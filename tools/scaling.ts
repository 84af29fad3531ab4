/**
 * `npm run scaling`: measures what a user costs (bytes, WAL, processor time), keeps it in
 * docs/figures/scaling.json, and makes of it the tables and pictures of docs/SCALING.md. On the
 * server of DATABASE_URL, as a superuser, or an embedded one in a folder that is thrown away.
 *
 *  --users 100000   how many users are loaded, in two halves
 *  --write          measures nothing: makes the tables and pictures of the figures that are there
 *  --active 0.3     and the other assumptions of docs/SCALING.md: shows the tables, and keeps nothing
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { explain } from '../src/process/explain.ts'
import { assumed, assumptionsOf, options } from './scaling/assumptions.ts'
import type { Figures } from './scaling/figures.ts'
import { measure } from './scaling/measure.ts'
import { parts, pictures, withParts } from './scaling/page.ts'
import { unjudged } from './scaling/schema.ts'
import { unroutedStatements } from './scaling/statements.ts'

const docs = new URL('../docs/', import.meta.url)
const figuresFile = new URL('figures/scaling.json', docs)
const page = new URL('SCALING.md', docs)
const usual = '100000'
const tell = (line: string) => void process.stderr.write(`${line}\n`)

const { users, write, ...given } = readOptions()
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('The measuring was interrupted; nothing was written.')))
try {
  await run()
} catch (error) {
  const { reason } = interrupted.signal
  const isSentence = error instanceof Error && error.constructor === Error
  tell(reason ? reason.message : isSentence ? error.message : explain(error))
  process.exitCode = 1
}

async function run(): Promise<void> {
  const own = assumptionsOf(given)
  if (own) {
    for (const [key, part] of Object.entries(parts(readFigures(), own)))
      process.stdout.write(`## ${key}\n\n${part}\n\n`)
    return
  }
  if (!/^[1-9]\d{3,7}$/.test(users)) throw new Error(`--users is a number from 1000 to 99999999, not "${users}".`)
  assertNone(unroutedStatements())
  const command = ['npm run scaling', ...(users === usual ? [] : [`-- --users ${users}`])].join(' ')
  const figures = write ? readFigures() : await measure(Number(users), command, tell, interrupted.signal)
  assertNone(unjudged(figures.schema))
  if (!write) writeFileSync(figuresFile, `${JSON.stringify(figures, null, 1)}\n`)
  writeFileSync(page, withParts(readFileSync(page, 'utf8'), figures, assumed))
  for (const [name, picture] of Object.entries(pictures(figures, assumed)))
    writeFileSync(new URL(`figures/${name}`, docs), picture)
  tell('docs/SCALING.md and its pictures are made.')
}

function readOptions() {
  const { values } = parseArgs({
    options: { ...options, users: { type: 'string', default: usual }, write: { type: 'boolean', default: false } },
  })
  return values as { users: string; write: boolean }
}

function readFigures(): Figures {
  if (!existsSync(figuresFile))
    throw new Error('There is no docs/figures/scaling.json yet: npm run scaling measures and writes it.')
  return JSON.parse(readFileSync(figuresFile, 'utf8'))
}

function assertNone(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new Error(sentences.join('\n'))
}
