import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Service, startService } from '../../../test/support/service.ts'
import { fileTokens } from '../src/file.ts'
import { rpc } from '../src/generated/rpc.ts'
import { clientOf } from './clients.ts'
import { failureOf } from './failure-of.ts'
import { argumentsOf, runProgram } from './program.ts'

let service: Service
const place = mkdtempSync(join(tmpdir(), 'janus-client-file-'))
let path = ''
let made = 0

beforeAll(async () => {
  service = await startService()
})
afterAll(async () => {
  rmSync(place, { recursive: true, force: true })
  await service.close()
})
beforeEach(() => {
  path = join(place, `of-${++made}`, 'tokens.json')
})

const tokens = { accessToken: 'a', refreshToken: 'r', refreshAt: 1 }

/** As two processes have it: each a store of its own, on one file. */
const two = () => [fileTokens(path), fileTokens(path)] as const

describe('a file of tokens', () => {
  it('is for its owner alone, and leaves nothing beside it', async () => {
    const [one, other] = two()
    expect(await one.get()).toBeUndefined()
    await one.lock?.(async () => one.set(tokens))
    expect(await other.get()).toEqual(tokens)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['tokens.json'])
    await other.set(undefined)
    expect(await one.get()).toBeUndefined()
    expect(readdirSync(dirname(path))).toEqual([])
  })

  it('is replaced as a whole, so that nobody reads a half of it', async () => {
    const [one] = two()
    await one.set(tokens)
    const { ino } = statSync(path)
    await one.set({ accessToken: 'b' })
    expect(statSync(path).ino).not.toBe(ino)
  })

  it.each(['', '{"accessToken":"a', 'null', '[]', '"text"', '{"accessToken":1}'])(
    'with something else in it has none: %s',
    async (text) => {
      const [one] = two()
      await one.set(tokens)
      writeFileSync(path, text)
      expect(await one.get()).toBeUndefined()
    },
  )

  it('that cannot be read is an error, as is one that cannot be written', async () => {
    await fileTokens(join(path, 'within')).set(tokens)
    await expect(fileTokens(path).get()).rejects.toMatchObject({ code: 'EISDIR' })
    await expect(fileTokens(path).set(tokens)).rejects.toMatchObject({ code: expect.stringMatching(/^E/) })
    expect(readdirSync(dirname(path))).toEqual(['tokens.json'])
  })
})

describe('its lock', () => {
  it('is held by one at a time, and given up when the work fails', async () => {
    const done: string[] = []
    const work = (store: ReturnType<typeof fileTokens>, name: string) =>
      store.lock?.(async () => {
        done.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 100))
        done.push(`${name} ends`)
        if (name === 'one') throw new Error('of the work')
      })
    const [one, other] = two()
    const first = failureOf(work(one, 'one') as Promise<void>)
    const second = work(other, 'other')
    expect(await first).toMatchObject({ message: 'of the work' })
    await second
    expect(done).toHaveLength(4)
    expect(done.map((each) => each.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends'])
  })

  it.each([
    ['long ago', -60_000],
    ['in the future, by a clock that was put back', 3_600_000],
  ])('is taken where it was left %s', async (_, shift) => {
    const [one] = two()
    await one.set(tokens)
    writeFileSync(`${path}.lock`, '')
    const then = new Date(Date.now() + shift)
    utimesSync(`${path}.lock`, then, then)
    expect(await one.lock?.(async () => 'done')).toBe('done')
    expect(readdirSync(dirname(path))).toEqual(['tokens.json'])
  })

  it('lets one of many refresh a token that has expired, and the others take what it got', async () => {
    const { user, token, refresh } = await service.as('user')
    await fileTokens(path).set({ accessToken: token, refreshToken: refresh })
    service.clock.advance(3700)
    const clients = Array.from({ length: 4 }, () => clientOf(service, { store: fileTokens(path) }))
    const all = await Promise.all(clients.map(({ janus }) => rpc(janus).auth.me()))
    expect(all.map(({ username }) => username)).toEqual(Array(4).fill(user.username))
    const refreshes = clients.map(({ wire }) => wire.count('POST /auth/refresh'))
    expect(refreshes.toSorted()).toEqual([0, 0, 0, 1])
  })

  it('holds between processes', async () => {
    const { user, token, refresh } = await service.as('user')
    await fileTokens(path).set({ accessToken: token, refreshToken: refresh })
    service.clock.advance(3700)
    const program = join(place, 'program.mjs')
    writeFileSync(
      program,
      `import { existsSync, writeFileSync } from 'node:fs'
      import { env } from 'node:process'
      import { createJanus } from 'janus-users-client'
      import { fileTokens } from 'janus-users-client/file'
      import { rpc } from 'janus-users-client/rpc'
      const janus = createJanus({ baseUrl: env.JANUS_URL, store: fileTokens(env.TOKENS) })
      // Together: who comes when another is done finds new tokens, with a lock and without.
      writeFileSync(env.READY, '')
      while (!existsSync(env.GO)) await new Promise((resolve) => setTimeout(resolve, 1))
      const all = await Promise.all(Array.from({ length: 5 }, () => rpc(janus).auth.me()))
      console.log(...new Set(all.map(({ username }) => username)))`,
    )
    const before = refreshesOf(user.id)
    const go = join(place, 'go')
    const ready = Array.from({ length: 4 }, (_, i) => join(place, `ready-${i}`))
    const outcomes = ready.map((file) =>
      runProgram(argumentsOf(program), { JANUS_URL: service.url, TOKENS: path, READY: file, GO: go }),
    )
    await expect.poll(() => ready.every((file) => existsSync(file))).toBe(true)
    writeFileSync(go, '')
    expect(await Promise.all(outcomes)).toEqual(Array(4).fill({ code: 0, stdout: `${user.username}\n`, stderr: '' }))
    expect(refreshesOf(user.id) - before).toBe(1)
  })

  const refreshesOf = (userId: string) =>
    service.logged.filter(({ event, ...of }) => event === 'session_refreshed' && of.userId === userId).length
})
