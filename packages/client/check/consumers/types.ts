import {
  AuthenticationError,
  BadRequestError,
  type Call,
  type CallOptions,
  type ClientCode,
  ConnectionError,
  contractVersion,
  createJanus,
  type FailureReason,
  type Janus,
  JanusError,
  type JanusOptions,
  type List,
  PermissionError,
  type Problem,
  RateLimitError,
  type Result,
  ServerError,
  TimeoutError,
  type TokenStore,
  toUuid,
  UnprocessableError,
} from 'janus-users-client'
import { fileTokens } from 'janus-users-client/file'
import { localStorageTokens } from 'janus-users-client/local-storage'
import { type Rest, rest, type User, type UsersListQuery } from 'janus-users-client/rest'
import { type AuthMeCode, type Profile, type Rpc, rpc, type UserBrief, type UserPublic } from 'janus-users-client/rpc'

const stores: readonly TokenStore[] = [localStorageTokens(), fileTokens('tokens.json')]
const options: JanusOptions = {
  baseUrl: 'https://users.example.com',
  tokens: { accessToken: 'a', refreshToken: undefined },
  onSessionEnd: (error) => void error?.reason,
  onRetry: ({ error, wait, attempt }) => void [error.code, wait + attempt],
  fetch: (input, init) => fetch(input, init),
  ...(stores[0] && { store: stores[0] }),
}
export const janus: Janus = createJanus(options)
export const faces: { readonly a: Rpc; readonly b: Rest } = { a: rpc(janus), b: rest(janus) }
const { a, b } = faces

/** What a call is, with everything that can be said of it. */
export const me: (given?: CallOptions) => Call<UserBrief, AuthMeCode, Profile> = a.auth.me
export const users: List<UserPublic, string, unknown> = a.users.list({ role: 'user' })

/** Every code of the operation and none else. */
export async function whoAmI(): Promise<string> {
  const result: Result<UserBrief, AuthMeCode, Profile> = await a.auth.me({ timeout: 5_000, retries: 0 }).result()
  if (result.ok) return `${result.data.username} ${result.raw.user.id} ${result.response.status}`
  const { code } = result.error
  switch (code) {
    case 'UNAUTHORIZED':
    case 'INVALID_TOKEN':
    case 'TOKEN_REVOKED':
    case 'PASSWORD_CHANGE_REQUIRED':
    case 'RATE_LIMIT_EXCEEDED':
    case 'VALIDATION_ERROR':
    case 'INTERNAL_ERROR':
    case 'SERVICE_UNAVAILABLE':
      return code
    // @ts-expect-error This call cannot fail so.
    case 'EMAIL_EXISTS':
      return 'never'
    case 'CONNECTION_FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
    case 'NO_SESSION':
    case 'UNEXPECTED_ANSWER':
      return code satisfies ClientCode
    default: {
      const none: never = code
      return none
    }
  }
}

export async function everyone(query: UsersListQuery): Promise<readonly User[]> {
  for await (const page of b.users.list(query).pages()) for (const { createdAt } of page.data) createdAt.slice(0, 4)
  const first = await b.users.list({ page: 1, sortBy: 'createdAt' })
  const cursor: string | null = first.pagination.nextCursor
  return cursor ? b.users.list({ after: cursor }).toArray({ limit: 10 }) : first.data
}

/** What is sent is closed, what comes back is open. */
export async function roles(id: string): Promise<boolean> {
  // @ts-expect-error There is no such role to give.
  await a.users.update(id, { role: 'emperor' })
  // @ts-expect-error A user has more than a name.
  await b.users.create({ username: 'newuser' })
  await a.users.update(id, { action: 'reset_password', new_password: 'tramway-lantern-41' })
  const gone: Call<void, string, unknown> = b.users.delete(toUuid(id))
  await gone
  const { role } = await a.users.get(id)
  return role === 'emperor'
}

export function why(error: unknown): string {
  if (!(error instanceof JanusError)) throw error
  const reason: FailureReason | undefined = error.reason
  const problems: readonly Problem[] = error.problems
  const wait: number | undefined = error instanceof RateLimitError ? error.retryAfter : undefined
  const kinds = [AuthenticationError, BadRequestError, ConnectionError, PermissionError, ServerError, TimeoutError]
  const known = [...kinds, UnprocessableError].some((kind) => error instanceof kind)
  return [contractVersion, reason, problems[0]?.field, wait, known, error.response?.headers.get('Date')].join()
}
