import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { emptyDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { ask, cleanUp, type Janus, madePassword, makeFolder, program, start, urlOf } from './janus.ts'

const homes: Awaited<ReturnType<typeof emptyDatabase>>[] = []

afterEach(cleanUp)
afterAll(async () => {
  for (const home of homes) await home.close()
})

/** An empty database and a data folder that is not there yet. */
async function fresh() {
  const home = await emptyDatabase()
  homes.push(home)
  const dataDir = join(await makeFolder(), "the owner's data")
  return {
    ...home,
    dataDir,
    file: join(dataDir, 'first-password'),
    env: { DATABASE_URL: urlOf(home.connection), DATA_DIR: dataDir },
  }
}

const login = (janus: Janus, password: string) =>
  janus.call('POST', '/auth:login', { json: { username: 'admin', password } })

describe('the first password, where standard error is no terminal', { timeout: 300_000 }, () => {
  it('lies in a file, from which the lines to paste read it, and which goes once the password is another', async () => {
    const { env, dataDir, file } = await fresh()
    const first = await start(env)
    await first.url
    const password = madePassword(first)
    expect(first.stderr()).toContain(`in ${file}`)
    expect(first.stderr() + first.stdout()).not.toContain(password)
    expect(lstatSync(file).mode & 0o777).toBe(0o600)
    expect(lstatSync(dataDir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dataDir)).toEqual(['first-password'])
    const lines = first
      .stderr()
      .split('\n')
      .filter((line) => /^(ACCESS_TOKEN=|curl )/.test(line))
    const { stdout } = await promisify(execFile)('bash', ['-c', lines.join('\n')])
    expect(JSON.parse(stdout).users).toMatchObject([{ username: 'admin' }])
    await first.stop()

    const second = await start({ ...env, ADMIN_USERNAME: 'another' })
    await eventually(() => second.stderr().includes(`The first password is still in use, and in ${file}`))
    expect(existsSync(file)).toBe(true)
    const { body } = await login(second, password)
    const json = { old_password: password, password: 'another one, long enough' }
    expect((await second.call('POST', '/auth:me', { token: body.access_token, json })).status).toBe(200)
    await second.stop()

    const third = await start(env)
    await eventually(() => third.stderr().includes(`The first password is no longer in use: ${file} is removed.`))
    expect(readdirSync(dataDir)).toEqual([])
    await third.stop()
  })

  it('is that of the file which an interrupted start has left, or another process of the same folder writes', async () => {
    const { env, dataDir, file } = await fresh()
    await mkdir(dataDir)
    await writeFile(file, 'abcdefghijklmnopqrst\n', { mode: 0o600 })
    const janus = await start(env)
    await janus.url
    expect((await login(janus, 'abcdefghijklmnopqrst')).status).toBe(200)
    await janus.stop()
  })

  it('of several that start at once, in one folder or in two, is in every file that is left', async () => {
    const one = await fresh()
    const two = join(await makeFolder(), 'data')
    const instances = await Promise.all(
      [one.dataDir, one.dataDir, two].map((DATA_DIR) => start({ ...one.env, DATA_DIR })),
    )
    await Promise.all(instances.map(({ url }) => url))
    const files = [one.file, join(two, 'first-password')]
    const left = () => files.filter((file) => existsSync(file))
    await eventually(() => left().length === 1)
    const password = readFileSync(left()[0] as string, 'utf8').trim()
    expect((await login(instances[0] as Janus, password)).status).toBe(200)
    const folders = [one.dataDir, two].filter((folder) => existsSync(folder))
    expect(folders.flatMap((folder) => readdirSync(folder))).toEqual(['first-password'])
    for (const each of instances) await each.stop()
  })

  it.each<[string, (dataDir: string) => Promise<unknown>]>([
    ['the folder is a file', (dataDir) => writeFile(dataDir, '')],
    [
      'a link stands in its place',
      async (dataDir) => {
        await mkdir(dataDir)
        await writeFile(join(dataDir, 'elsewhere'), 'abcdefghijklmnopqrst\n', { mode: 0o600 })
        await symlink(join(dataDir, 'elsewhere'), join(dataDir, 'first-password'))
      },
    ],
    [
      'others can write it',
      async (dataDir) => {
        await mkdir(dataDir)
        await writeFile(join(dataDir, 'first-password'), 'abcdefghijklmnopqrst\n')
        await chmod(join(dataDir, 'first-password'), 0o666)
      },
    ],
  ])('cannot be kept when %s: nobody is made, and the start asks for one', async (_, spoil) => {
    const { env, connection, dataDir, file } = await fresh()
    await spoil(dataDir)
    const janus = await start(env)
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    const said = janus.stderr().trimEnd().split('\n').at(-1)
    expect(said).toContain(`The first administrator's password cannot be written to ${file}: `)
    expect(said).toMatch(/set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE\.$/)
    expect(await ask(connection, 'select from users')).toEqual([])
    // Nor is a file needed by who gives one.
    const secret = join(await makeFolder(), 'secret')
    await writeFile(secret, 'the password of a file\n')
    const given = await start({ ...env, ADMIN_PASSWORD_FILE: secret })
    expect((await login(given, 'the password of a file')).status).toBe(200)
    expect(given.stderr()).not.toContain('the password of a file')
    await given.stop()
  })
})

describe('the first password, at a terminal', { timeout: 120_000 }, () => {
  it.runIf(process.platform === 'linux')('is shown there, and lies in no file', async () => {
    const { env, dataDir } = await fresh()
    const log = join(await makeFolder(), 'typescript')
    const command = `exec '${process.execPath}' '${program}'`
    const janus = await start(env, ['script', '-qefc', command, log])
    const shown = async () => readFile(log, 'utf8').catch(() => '')
    await eventually(async () => /users:list.*\r\n/.test(await shown()))
    const [, url] = /Janus answers at (\S+)/.exec(await shown()) ?? []
    const [, password] = /password {7}([\w-]{20}) {3}\(shown only now/.exec(await shown()) ?? []
    const answer = await fetch(`${url}/auth:login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    })
    expect(answer.status).toBe(200)
    expect(existsSync(dataDir)).toBe(false)
    await janus.stop()
  })
})
