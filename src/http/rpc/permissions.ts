import type { HandlersOf } from '../contract.ts'
import type { HandlerDeps } from '../style.ts'

export function createRpcPermissions({ permissions }: HandlerDeps): HandlersOf<'Rpc.Permissions'> {
  return {
    'Rpc.Permissions.list': async ({ caller, reply }) => {
      const found = permissions('rpc', caller.principal.role)
      const shown = found.map(({ selfFields, grants, ...each }) => ({ ...each, self_fields: selfFields, grants }))
      return reply(200, { permissions: shown })
    },
  }
}
