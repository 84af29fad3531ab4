import { describe, expect, it } from 'vitest'
import { compile } from './compile.ts'

const consumers: Record<string, string> = {}
let told: string[] | undefined

/** What the compiler says of a consumer with these lines; of all of them, it is asked once. */
function consumer(lines: string): () => string[] {
  const name = `consumer-${Object.keys(consumers).length}.ts`
  consumers[name] = `
      import { createJanus, JanusError, NotFoundError, type ClientCode, type JanusOptions } from '../index.ts'
      import { rest, type User } from './rest.ts'
      import { rpc, type UserPage, type UserPublic, type UsersGetCode } from './rpc.ts'
      const janus = createJanus({ baseUrl: 'https://users.example.com' })
      const a = rpc(janus)
      const b = rest(janus)
      const id = '0190'
      /** Compiles where both are the same. */
      type Same<One, Other> =
        (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : never
      const same = <One, Other>(is: Same<One, Other>): void => void is
      export type Used = [ClientCode, JanusOptions, User, UserPage, UserPublic, UsersGetCode]
      export const used: unknown[] = [a, b, id, same, JanusError, NotFoundError]
      ${lines}`
  return () => {
    told ??= compile(consumers)
    return told.filter((each) => each.startsWith(`${name}:`))
  }
}

const cases = (table: [string, string][]) => table.map(([name, lines]) => [name, consumer(lines)] as const)

describe('the codes of a result', () => {
  const every = `
    case 'UNAUTHORIZED': case 'INVALID_TOKEN': case 'TOKEN_REVOKED': case 'RATE_LIMIT_EXCEEDED':
    case 'VALIDATION_ERROR': case 'INTERNAL_ERROR': case 'SERVICE_UNAVAILABLE': case 'AUTHZ_ROLE_REQUIRED':
    case 'PASSWORD_CHANGE_REQUIRED':
    case 'MISSING_REQUIRED_FIELD': case 'USER_NOT_FOUND':`
  const own = `case 'CONNECTION_FAILED': case 'TIMED_OUT': case 'ABORTED': case 'NO_SESSION': case 'UNEXPECTED_ANSWER':`
  const switched = (cases: string) => `
    export async function found(): Promise<UserPublic | undefined> {
      const r = await a.users.get(id).result()
      if (r.ok) return r.data
      switch (r.error.code) {
        ${cases} return undefined
        default: {
          const none: never = r.error.code
          throw none
        }
      }
    }`

  const all = consumer(switched(every + own))
  const lacking = [
    ['USER_NOT_FOUND', consumer(switched(every.replace("case 'USER_NOT_FOUND':", '') + own))],
    ['NO_SESSION', consumer(switched(every + own.replace("case 'NO_SESSION':", '')))],
  ] as const
  const foreign = ['USERNAME_EXISTS', 'USER_NOT_FUOND', 'USER_001'].map(
    (code) => [code, consumer(switched(`${every}${own} case '${code}':`))] as const,
  )

  it('can be switched over without anything left', () => {
    expect(all()).toEqual([])
  })

  it.each(lacking)('leave something where one of them is not thought of: %s', (code, messages) => {
    expect(messages()).toEqual([expect.stringContaining(`Type '"${code}"' is not assignable to type 'never'`)])
  })

  it.each(foreign)('have none that the operation cannot give: %s', (code, messages) => {
    expect(messages()).toEqual([expect.stringContaining(`'"${code}"'`)])
  })
})

describe('what a call gives', () => {
  it.each(
    cases([
      ['the data', `same<UserPublic, Awaited<ReturnType<typeof a.users.get>>>(true)`],
      ['nothing where there is nothing', `same<void, Awaited<ReturnType<typeof a.users.destroy>>>(true)`],
      ['the items of a list', `for await (const user of b.users.list()) same<User, typeof user>(true)`],
      ['the first page of a list', `same<UserPage, Awaited<ReturnType<typeof a.users.list>>>(true)`],
      ['pages', `for await (const page of a.users.list().pages()) same<UserPage, typeof page>(true)`],
      ['an array', `same<UserPublic[], Awaited<ReturnType<ReturnType<typeof a.users.list>['toArray']>>>(true)`],
      [
        'the response',
        `same<Response, Awaited<ReturnType<ReturnType<typeof b.users.stats>['withResponse']>>['response']>(true)`,
      ],
      [
        'a failure with the codes of that operation and of this client',
        `const r = await a.users.get(id).result()
       if (!r.ok) same<UsersGetCode | ClientCode, typeof r.error.code>(true)`,
      ],
      [
        'an error of which a class is known',
        `try { await a.users.get(id) } catch (error) {
         if (error instanceof NotFoundError) same<number | undefined, typeof error.status>(true)
         if (error instanceof JanusError) void (error.code satisfies string)
       }`,
      ],
      [
        'in one hand both faces',
        `await Promise.all([a.auth.me(), b.auth.profile({ retries: 0, timeout: 5, language: 'en' })])`,
      ],
    ]),
  )('is %s', (_, messages) => {
    expect(messages()).toEqual([])
  })

  const unasked = consumer(`const r = await a.users.get(id).result(); export const name: string = r.data.username`)
  it('is data only where it is said to be there', () => {
    expect(unasked()).toEqual([expect.stringContaining("Property 'data' does not exist on type")])
  })
})

describe('enumerations', () => {
  const known = consumer(`await a.users.list({ role: 'admin' }); await b.users.list({ status: 'deleted' })`)
  const unknown = cases([
    ['owner', `await a.users.list({ role: 'owner' })`],
    ['owner', `await b.users.update(id, { role: 'owner' })`],
    ['age', `await b.users.list({ sortBy: 'age' })`],
  ])
  const answered = consumer(`
    const { role } = await a.users.get(id)
    export const isOwner: boolean = role === 'owner' || role === 'admin'`)

  it('are closed where they are sent', () => {
    expect(known()).toEqual([])
  })

  it.each(unknown)('are closed where they are sent: %s', (value, messages) => {
    expect(messages()).toEqual([expect.stringContaining(`Type '"${value}"' is not assignable to type`)])
  })

  it('are open where they are answered', () => {
    expect(answered()).toEqual([])
  })
})

describe('arguments', () => {
  const wrong = cases([
    ['Expected 1-2 arguments', `await a.users.get()`],
    ['Expected 1-2 arguments', `await a.users.create()`],
    ['missing the following properties', `await a.users.create({ username: 'x' })`],
    ["'nickname' does not exist", `await b.users.update(id, { nickname: 'x' })`],
    ["'page' does not exist", `await a.users.list({ page: 2 })`],
    ["'retry' does not exist", `await a.auth.me({ retry: 1 })`],
    ["Property 'baseUrl' is missing", `createJanus({})`],
    [`'".example.com"' is not assignable`, `await janus.send({ method: 'GET', path: '.example.com' })`],
  ])
  const leftOut = consumer(`
    const options: JanusOptions = { baseUrl: '', login: undefined, tokens: undefined, fetch: undefined }
    export const other: object = createJanus(options)
    await a.users.list({ role: undefined, limit: undefined }, { signal: undefined, headers: undefined })`)

  it.each(wrong)('are what is declared: %s', (message, messages) => {
    expect(messages()).toEqual([expect.stringContaining(message)])
  })

  it('may be undefined where they may be left out', () => {
    expect(leftOut()).toEqual([])
  })
})
