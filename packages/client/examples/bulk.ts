/**
 * Creates the users of a CSV file, eight at a time:
 *
 *     export JANUS_URL=http://127.0.0.1:6006 JANUS_USERNAME=admin JANUS_PASSWORD=…
 *     node bulk.ts users.csv
 *
 * The first line names the columns: username, email, password, and if wanted fullName and role. Who
 * is there already is counted and left alone, so that it can be run again after a failure.
 */
import { readFileSync } from 'node:fs'
import process, { argv, env, exit, stderr, stdout } from 'node:process'
import { AuthenticationError, createJanus, JanusError } from 'janus-users-client'
import { rest, type UserCreate } from 'janus-users-client/rest'
import { type CsvRecord, readCsv } from './csv.ts'

const atOnce = 8

const { JANUS_URL: baseUrl, JANUS_USERNAME: username, JANUS_PASSWORD: password } = env
if (!baseUrl?.startsWith('http') || !username || !password)
  fail('JANUS_URL (http…), JANUS_USERNAME and JANUS_PASSWORD have to be set.')
const [file] = argv.slice(2)
if (!file) fail('usage: node bulk.ts users.csv')

const rows = readRows(file)
const failed: { readonly line: number; readonly username: string; readonly why: string }[] = []
let created = 0
let there = 0
let done = 0

// Five retries: asked to slow down (429), it waits as long as the service says.
const janus = createJanus({ baseUrl, login: { username, password }, language: 'en', retries: 5 })
const { users } = rest(janus)

try {
  // The workers share one iterator: each takes the next row when it has done one.
  const queue = rows.values()
  await Promise.all(Array.from({ length: atOnce }, () => work(queue)))
} catch (error) {
  if (!(error instanceof JanusError)) throw error
  stderr.write(`\nStopped after ${done} of ${rows.length}: ${error.message} (${error.code})\n`)
  process.exitCode = 1
} finally {
  await janus.logout().catch(() => {})
}

stdout.write(`${created} created, ${there} there already, ${failed.length} failed\n`)
failed.sort((a, b) => a.line - b.line)
for (const { line, username, why } of failed) stderr.write(`line ${line}, ${username}: ${why}\n`)
if (failed.length > 0) process.exitCode = 1

async function work(queue: Iterable<Row>) {
  for (const { line, user } of queue) {
    const result = await users.create(user).result()
    if (result.ok) created++
    else if (result.error.reason === 'username_taken') there++
    // What would be said of every other row too.
    else if (result.error instanceof AuthenticationError || result.error.reason === 'role_required') throw result.error
    else failed.push({ line, username: user.username, why: reasonOf(result.error) })
    done++
    progress()
  }
}

function reasonOf({ message, problems }: JanusError): string {
  return [message, ...problems.map((each) => `${each.field}: ${each.message}`)].join('; ')
}

/** One line that is written over; where nobody looks, a line for each tenth. */
function progress() {
  const text = `${done} of ${rows.length}, ${failed.length} failed`
  const tenth = (n: number) => Math.floor((n * 10) / rows.length)
  if (stderr.isTTY) stderr.write(`\r${text}${done === rows.length ? '\n' : ''}`)
  else if (tenth(done) > tenth(done - 1)) stderr.write(`${text}\n`)
}

interface Row {
  readonly line: number
  readonly user: UserCreate
}

function readRows(path: string): Row[] {
  const [head, ...records] = readRecords(path)
  const names = head?.cells ?? []
  for (const name of ['username', 'email', 'password'])
    if (!names.includes(name)) fail(`${path} has no column "${name}" in its first line.`)
  return records.map(({ line, cells }) => {
    // An empty cell: as if it were not given. What is wrong with a value is for the service to say.
    const given = names.map((name, column) => [name, cells[column]]).filter(([, value]) => value)
    return { line, user: Object.fromEntries(given) as UserCreate }
  })
}

function readRecords(path: string): CsvRecord[] {
  try {
    return readCsv(readFileSync(path, 'utf8'))
  } catch (error) {
    fail(`${path} cannot be read: ${(error as Error).message}`)
  }
}

function fail(sentence: string): never {
  stderr.write(`${sentence}\n`)
  exit(1)
}
