import type { Request } from './load/job.ts'

/** What the requests of a scenario are made of. */
export interface Material {
  /** Access tokens of as many administrators as there are connections. */
  readonly tokens: readonly string[]
  /** Users whom they may change. */
  readonly ids: readonly string[]
  /** Users who can log in. */
  readonly usernames: readonly string[]
  readonly password: string
}

/** Of a connection, by its number, what it sends. */
export type Requests = (material: Material, connection: number) => Request[]

type Headers = (material: Material, connection: number) => Record<string, string>

export const authorized: Headers = ({ tokens }, connection) => ({
  Authorization: `Bearer ${tokens[connection % tokens.length]}`,
})
/** better-auth knows its sessions by a cookie. */
export const withCookie: Headers = ({ tokens }, connection) => ({
  Cookie: tokens[connection % tokens.length] as string,
  Origin: 'http://127.0.0.1',
})

/** A read of each of many users. */
export const paths =
  (path: (id: string) => string, headers = authorized): Requests =>
  (material, connection) =>
    share(material.ids, connection, 200).map((id) => ({
      method: 'GET',
      path: path(id),
      headers: headers(material, connection),
    }))

/** Others than those of every other connection. */
const share = <T>(values: readonly T[], connection: number, size: number): T[] =>
  Array.from({ length: size }, (_, n) => values[(connection * size + n) % values.length] as T)

const words = ['chen', 'lovelace', 'sato', 'mueller', 'haddad', 'wang', 'ivanova', 'patel']
/** A search for each of some names. */
export const searches =
  (path: (word: string) => string): Requests =>
  (material, connection) =>
    words.map((word) => ({ method: 'GET', path: path(word), headers: authorized(material, connection) }))

/** Few users, each of whom gets another role with every request. */
export const changes =
  (request: (id: string, role: string) => Request, headers = authorized): Requests =>
  (material, connection) =>
    ['manager', 'moderator', 'user'].flatMap((role) =>
      share(material.ids, connection, 8).map((id) => ({
        ...request(id, role),
        headers: headers(material, connection),
      })),
    )

/** A write to each of many users. */
export const each =
  (request: (id: string) => Request, headers = authorized): Requests =>
  (material, connection) =>
    share(material.ids, connection, 100).map((id) => ({ ...request(id), headers: headers(material, connection) }))

export const setRole = (id: string, role: string): Request => ({
  method: 'POST',
  path: '/api/auth/admin/set-role',
  body: { userId: id, role: role === 'manager' ? 'admin' : 'user' },
})
export const create: Requests = (material, connection) => [
  {
    method: 'POST',
    path: '/users',
    headers: authorized(material, connection),
    body: { username: 'bench-{n}', email: 'bench-{n}@example.com', password: material.password, role: 'user' },
  },
]
export const login: Requests = ({ usernames, password }, connection) =>
  share(usernames, connection, 20).map((usernameOrEmail) => ({
    method: 'POST',
    path: '/auth/login',
    body: { usernameOrEmail, password },
  }))

/** better-auth's counterparts of the two. */
export const signUp: Requests = ({ password }) => [
  {
    method: 'POST',
    path: '/api/auth/sign-up/email',
    headers: { Origin: 'http://127.0.0.1' },
    body: { name: 'bench-{n}', email: 'bench-{n}@example.com', password },
  },
]
export const signIn: Requests = ({ usernames: [email], password }) => [
  {
    method: 'POST',
    path: '/api/auth/sign-in/email',
    headers: { Origin: 'http://127.0.0.1' },
    body: { email, password },
  },
]
