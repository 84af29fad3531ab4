import type { User } from '../../src/domain/users/user.ts'
import { contract } from '../support/contract-check.ts'
import { type Call, password, type Service } from '../support/service.ts'

export interface OperationUnderTest {
  readonly id: string
  readonly method: string
  /** With its placeholders. */
  readonly path: string
  /** Undefined where it asks for no token. */
  readonly allowed: readonly User['role'][] | undefined
  readonly takesBody: boolean
  /** A write that may be repeated. */
  readonly idempotent: boolean
  readonly style: 'RPC' | 'REST'
}

/** Every operation of the document. */
export const operations: OperationUnderTest[] = Object.entries<Record<string, any>>(contract.paths).flatMap(
  ([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      allowed: operation['x-roles'],
      takesBody: operation.requestBody !== undefined,
      idempotent: operation['x-idempotent'] === true,
      style: operation.operationId.startsWith('Rpc.') ? 'RPC' : 'REST',
    })),
)

export interface Request {
  readonly method: string
  readonly path: string
  readonly call: Call
  /** Whose token it carries, or whose account it is about. */
  readonly caller: { readonly user: User; readonly token: string; readonly refresh: string }
}

let made = 0

/**
 * A request that this operation has never seen and would answer well: with a caller of this role,
 * and a target, of its own.
 */
export async function goodRequest(
  service: Service,
  { id, method, path, allowed }: OperationUnderTest,
  role: User['role'] = 'super_admin',
): Promise<Request> {
  const caller = await service.as(role)
  const target = await service.makeUser()
  const sessionId = path.includes('{sessionId}') ? await sessionOf(service, path, caller.user, target) : ''
  const body = bodies[id]?.(caller, `new-${++made}`)
  return {
    method,
    path:
      path.replace('{id}', target.id).replace('{sessionId}', sessionId) +
      (/:(get|update|destroy|sessions)$/.test(path) && path.startsWith('/users:') ? `?id=${target.id}` : ''),
    call: { ...(allowed && { token: caller.token }), ...(body && { json: body }) },
    caller,
  }
}

/** A session of the user whom the path is about. */
async function sessionOf(service: Service, path: string, caller: User, target: User): Promise<string> {
  const isOwn = !path.includes('{id}')
  if (!isOwn) await service.login(target.username)
  const [session] = await service.store.sessions.listOf(isOwn ? caller.id : target.id)
  return session?.id ?? ''
}

const next = 'another long password'

/** What each operation that takes a body takes. */
const bodies: Readonly<Record<string, (caller: Request['caller'], fresh: string) => object>> = {
  'Rpc.Auth.login': ({ user }) => ({ username: user.username, password }),
  'Rpc.Auth.refresh': ({ refresh }) => ({ refresh_token: refresh }),
  'Rpc.Auth.logout': ({ refresh }) => ({ refresh_token: refresh }),
  'Rpc.Auth.updateMe': (_, fresh) => ({ email: `${fresh}@example.com`, old_password: password, password: next }),
  'Rpc.Users.create': (_, fresh) => ({ username: fresh, email: `${fresh}@example.com`, password, role: 'user' }),
  'Rpc.Users.update': (_, fresh) => ({ email: `${fresh}@example.com` }),
  'Rpc.Sessions.revoke': () => ({ all: true }),
  'Rest.Auth.login': ({ user }) => ({ usernameOrEmail: user.username, password }),
  'Rest.Auth.refresh': ({ refresh }) => ({ refreshToken: refresh }),
  'Rest.Auth.updateProfile': (_, fresh) => ({ email: `${fresh}@example.com` }),
  'Rest.Auth.changePassword': () => ({ currentPassword: password, newPassword: next, confirmPassword: next }),
  'Rest.Users.create': (_, fresh) => ({ username: fresh, email: `${fresh}@example.com`, password }),
  'Rest.Users.resetPassword': () => ({ newPassword: next }),
  'Rest.Users.update': (_, fresh) => ({ email: `${fresh}@example.com` }),
}
