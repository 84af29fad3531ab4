import type { components, HandlersOf } from '../contract.ts'
import type { Style } from '../style.ts'
import { createRpcAudit } from './audit.ts'
import { createRpcAuth } from './auth.ts'
import { createRpcPermissions } from './permissions.ts'
import { createRpcSessions } from './sessions.ts'
import { createRpcUsers } from './users.ts'

type Schemas = components['schemas']
type Failure = Schemas[Extract<keyof Schemas, `Rpc.${string}Failure`>]

export const rpcStyle: Style = {
  name: 'rpc',
  createHandlers: (deps): HandlersOf<'Rpc'> => ({
    ...createRpcUsers(deps),
    ...createRpcAuth(deps),
    ...createRpcSessions(deps),
    ...createRpcAudit(deps),
    ...createRpcPermissions(deps),
  }),
  failure({ message, status, code, reason, problems }) {
    return { error: message, code: status, error_code: code, reason, ...(problems && { details: problems }) } as Failure
  },
}
