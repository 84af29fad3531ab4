import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { ask, cleanUp, madePassword, makeFolder, program, start, urlOf } from './janus.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
let taken: Server
let takenPort: string

beforeAll(async () => {
  database = await freshDatabase()
  taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  takenPort = String((taken.address() as { port: number }).port)
})
afterEach(cleanUp)
afterAll(async () => {
  taken.close()
  await database.close()
})

/** What a start that fails says, its greeting apart: one line, without a stack. */
async function sentenceOf(env: Record<string, string>): Promise<string> {
  const janus = await start(env)
  expect(await janus.ended).toEqual({ code: 1, signal: null })
  expect(janus.stdout()).not.toContain('hunter2')
  const lines = janus
    .stderr()
    .trimEnd()
    .split('\n')
    .filter((line) => !/is starting\.$|^ {2}/.test(line))
  expect(lines).toHaveLength(1)
  return lines[0] as string
}

describe('a start that cannot be', () => {
  it('says that the address is taken, and what to do', async () => {
    const sentence = await sentenceOf({ DATABASE_URL: urlOf(database.connection), PORT: takenPort })
    expect(sentence).toMatch(/^The address is taken: .*Stop what listens there, or set PORT or HOST\.$/)
    expect(sentence).toContain(`127.0.0.1:${takenPort}`)
  })

  it('at a taken address makes no administrator, whose password nobody would have seen', async () => {
    const fresh = await freshDatabase()
    const env = { DATABASE_URL: urlOf(fresh.connection) }
    await sentenceOf({ ...env, PORT: takenPort })
    expect(await ask(fresh.connection, 'select from users')).toEqual([])
    const janus = await start(env)
    await janus.url
    const json = { username: 'admin', password: madePassword(janus) }
    expect((await janus.call('POST', '/auth:login', { json })).status).toBe(200)
    await janus.stop()
    await fresh.close()
  })

  it.each(['192.0.2.1', 'no-such-host.invalid'])('says that the address is not to be had: %s', async (HOST) => {
    const sentence = await sentenceOf({ DATABASE_URL: urlOf(database.connection), HOST })
    expect(sentence).toMatch(/^The address is not to be had: .*Set PORT or HOST\.$/)
    expect(sentence).toContain(HOST)
  })

  it.each([
    ['nobody listens', 'postgres://janus:hunter2@127.0.0.1:1/janus'],
    ['there is no such host', 'postgres://janus:hunter2@no-such-host.invalid/janus'],
    ['there is no such socket', 'postgres://janus:hunter2@localhost/janus?host=/no/such/folder'],
  ])('says that the database cannot be used, without its password: %s', async (_, url) => {
    const sentence = await sentenceOf({ DATABASE_URL: url })
    expect(sentence).toMatch(/^The database cannot be used: .*Check DATABASE_URL, and that the server runs\.$/)
    expect(sentence).not.toContain('hunter2')
  })

  it('says that the database is not there', async () => {
    const url = urlOf(database.connection).replace(/janus_test_\w+/, 'janus_never_made')
    expect(await sentenceOf({ DATABASE_URL: url })).toContain('"janus_never_made" does not exist')
  })

  it('says that DATABASE_URL cannot be read, without showing it', async () => {
    const janus = await start({ DATABASE_URL: 'postgres://janus:hunter2@host:port/janus' })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toContain('DATABASE_URL')
    expect(janus.stderr()).not.toContain('hunter2')
    expect(janus.stderr()).not.toMatch(/^\s+at /m)
  })

  it('lists everything that is wrong with its configuration, before it touches anything', async () => {
    const dataDir = await makeFolder()
    const janus = await start({ DATA_DIR: dataDir, PORT: 'high', BCRYPT_COST: '4', ADMIN_PASSWORD: 'hunter2' })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr().trimEnd().split('\n')).toEqual([
      'The configuration is wrong:',
      '  - ADMIN_PASSWORD must have 8 to 128 characters',
      '  - PORT must be a whole number from 0 to 65535, not "high"',
      '  - BCRYPT_COST must be a whole number from 10 to 15, not "4"',
    ])
    expect(await readdir(dataDir)).toEqual([])
  })
})

describe('a file .env in the folder', () => {
  it('is read, below the environment', async () => {
    const cwd = await makeFolder()
    await writeFile(join(cwd, '.env'), 'BCRYPT_COST=4\nHASH_QUEUE=none # a remark\nPORT=high\n')
    const janus = await start({ BCRYPT_COST: '10', PORT: '0' }, undefined, { cwd })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr().trimEnd().split('\n')).toEqual([
      'The configuration is wrong:',
      '  - HASH_QUEUE must be a whole number from 1 to 100000, not "none"',
    ])
  })
})

describe('a file .env', () => {
  it('with a value that ends at a "#" is warned of, by name and without the value', async () => {
    const cwd = await makeFolder()
    await writeFile(join(cwd, '.env'), '\ufeffHASH_QUEUE=low\nADMIN_PASSWORD=hunter2hunter2#\nHOST=a#b\n')
    const janus = await start({ HOST: '127.0.0.1' }, undefined, { cwd })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr().trimEnd().split('\n')).toEqual([
      '.env: the value of ADMIN_PASSWORD ends before the "#", which begins a remark. Put the value in quotes if the "#" belongs to it.',
      'The configuration is wrong:',
      '  - HASH_QUEUE must be a whole number from 1 to 100000, not "low"',
    ])
  })

  it('that is a folder is told in a sentence', async () => {
    const cwd = await makeFolder()
    await mkdir(join(cwd, '.env'))
    const janus = await start({}, undefined, { cwd })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toBe(
      `The file ${join(cwd, '.env')} cannot be read: it is a folder, and should be a file. Mend it, or remove it.\n`,
    )
  })
})

/** An older Node that happens to be here. */
const olderNode = (() => {
  const candidates = (process.env.PATH ?? '').split(':').map((folder) => `${folder}/node`)
  return [...candidates, '/usr/bin/node'].find((path) => {
    try {
      return Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { stdio: 'pipe' }).toString())?.[1]) < 24
    } catch {
      return false
    }
  })
})()

describe('an older Node', () => {
  it.runIf(olderNode)('is told which one is needed, in a sentence', async () => {
    const janus = await start({}, [olderNode as string, program])
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toMatch(
      /^Janus needs Node 24 or newer, and this is v\d+\.\d+\.\d+\.\nRun it with "npm start"/,
    )
    expect(janus.stderr()).not.toMatch(/^\s+at |Error/m)
  })
})
