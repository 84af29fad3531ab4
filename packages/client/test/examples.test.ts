import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { argumentsOf, runProgram } from './program.ts'

let service: Service
let folder: string

beforeAll(async () => {
  service = await startService()
  folder = await mkdtemp(join(tmpdir(), 'janus-examples-'))
  await service.makeUser({ username: 'root', role: 'admin' })
})
afterAll(async () => {
  await service.close()
  await rm(folder, { recursive: true })
})

const example = (name: string, args: readonly string[], env: Record<string, string> = {}) =>
  runProgram(argumentsOf(new URL(`../examples/${name}.ts`, import.meta.url), args), {
    JANUS_URL: service.url,
    JANUS_USERNAME: 'root',
    JANUS_PASSWORD: password,
    ...env,
  })

/** Sessions that are open. */
async function openSessions() {
  const sessions = await service.knex('sessions').count().first()
  return Number(sessions?.count)
}

describe('admin.ts', () => {
  it('shows who is suspended, as a table of which all columns begin at the same place', async () => {
    await service.makeUser({ username: 'gone', email: 'gone@example.com', status: 'suspended', fullName: '走' })
    await service.makeUser({ username: 'another-one', email: 'a@example.com', status: 'suspended' })
    const before = await openSessions()
    const { code, stdout, stderr } = await example('admin', ['suspended'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n').map((line) => line.trimEnd())
    expect(lines[0]).toBe('USERNAME     EMAIL             NAME  ROLE  STATUS     LAST LOGIN')
    expect(lines).toContain('gone         gone@example.com  走     user  suspended  never')
    expect(lines).toContain('another-one  a@example.com           user  suspended  never')
    expect(lines.at(-2)).toBe('2 users')
    expect(await openSessions()).toBe(before)
  })

  it('finds all who have the text in a name', async () => {
    for (let i = 0; i < 120; i++) await service.makeUser({ username: `moon-${i}` })
    const { stdout } = await example('admin', ['find', 'moon-'])
    expect(stdout.match(/^moon-/gm)).toHaveLength(120)
    expect(stdout).toMatch(/^120 users$/m)
  })

  it('resets the password of the one who is named, and of nobody who has the text in a name', async () => {
    await service.makeUser({ username: 'star' })
    await service.makeUser({ username: 'starling' })
    const { code, stdout } = await example('admin', ['reset-password', 'Star'])
    const fresh = /^The password of star \(\S+\) is now (\S+)$/m.exec(stdout)?.[1] as string
    expect(code).toBe(0)
    await service.login('star', fresh)
    await service.login('starling')
    await expect(service.login('star')).rejects.toThrow()
  })

  it('says in a sentence what is wrong', async () => {
    const sentences = [
      [await example('admin', []), /^usage: .*\n$/],
      [await example('admin', ['suspended'], { JANUS_PASSWORD: '' }), /^JANUS_URL .* have to be set\.\n$/],
      [await example('admin', ['reset-password', 'nobody']), /^Nobody has the username or email nobody\.\n$/],
      [
        await example('admin', ['find', 'x'], { JANUS_PASSWORD: 'wrong password' }),
        /^No session: .* \(NO_SESSION, request \S+\)\n$/,
      ],
      [
        await example('admin', ['find', 'x'], { JANUS_URL: 'http://127.0.0.1:1' }),
        /^Service unreachable \(CONNECTION_FAILED\)\n$/,
      ],
      [await example('admin', ['find', 'x'.repeat(200)]), /^\S.* \(USER_002, request \S+\)\n {2}search: .*\n$/],
    ] as const
    for (const [{ code, stderr }, sentence] of sentences) {
      expect(stderr).toMatch(sentence)
      expect(code).toBe(1)
    }
  })
})

describe('bulk.ts', () => {
  async function csv(text: string) {
    const path = join(folder, `${crypto.randomUUID()}.csv`)
    await writeFile(path, text)
    return path
  }

  const many = Array.from({ length: 60 }, (_, i) => `bulk-${i},bulk-${i}@example.com,long enough ${i},"Nr. ${i}, B"`)

  it('creates everyone, shows how far it is, and tells what failed and why', async () => {
    const file = await csv(
      [
        'username,email,password,fullName,role',
        ...many.map((line) => `${line},guest`),
        'no-mail,nowhere,long enough,,',
        'broken,broken@example.com,long enough,"Of ""two""\nlines",user',
        'too-high,high@example.com,long enough,,super_admin',
        'same-mail,BULK-1@example.com,long enough,,',
        '',
      ].join('\r\n'),
    )
    const { code, stdout, stderr } = await example('bulk', [file])
    expect(code).toBe(1)
    expect(stdout).toBe('60 created, 0 there already, 4 failed\n')
    expect(stderr).toMatch(/^6 of 64, 0 failed\n|^7 of 64/)
    expect(stderr).toMatch(
      /\n64 of 64, 4 failed\nline 62, no-mail: .*\nline 63, broken: .*\nline 65, too-high: .*\nline 66, same-mail: .*\n$/,
    )
    const { body } = await service.call('GET', '/users?search=bulk-59', await root())
    expect(body.data[0]).toMatchObject({ fullName: 'Nr. 59, B', role: 'guest' })

    const again = await example('bulk', [file])
    expect(again.stdout).toBe('0 created, 60 there already, 4 failed\n')
  })

  it('ends well when everyone is there', async () => {
    const file = await csv('username,email,password\nroot,root@example.com,long enough\n')
    expect(await example('bulk', [file])).toMatchObject({ code: 0, stdout: '0 created, 1 there already, 0 failed\n' })
  })

  it('stops at what would be said of every row', async () => {
    await service.makeUser({ username: 'simple', role: 'user' })
    const file = await csv(['username,email,password', ...many.map((line) => line.replace(/,".*/, ''))].join('\n'))
    const forbidden = await example('bulk', [file], { JANUS_USERNAME: 'simple' })
    expect(forbidden).toMatchObject({ code: 1 })
    expect(forbidden.stderr).toMatch(/^\nStopped after 0 of 60: .* \(AUTH_005\)\n$/)
    const wrong = await example('bulk', [file], { JANUS_PASSWORD: 'wrong password' })
    expect(wrong.stderr).toMatch(/^\nStopped after 0 of 60: .* \(NO_SESSION\)\n$/)
  })

  it('refuses a file that it cannot read, without repeating it', async () => {
    const secret = 'username,email,password\na,a@example.com,"open secret\n'
    expect(await example('bulk', [await csv(secret)])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be read: The record that begins in line 2 is no CSV\.\n$/),
    })
    expect((await example('bulk', [await csv('name,email\n')])).stderr).toMatch(/has no column "username"/)
    expect((await example('bulk', ['/nowhere.csv'])).stderr).toMatch(/cannot be read: ENOENT/)
  })

  const root = async () => ({ token: (await service.login('root')).access_token })
})
