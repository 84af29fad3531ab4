import type { HandlersOf } from '../contract.ts'
import type { HandlerDeps } from '../style.ts'

export function createRestPermissions({ permissions }: HandlerDeps): HandlersOf<'Rest.Permissions'> {
  return {
    'Rest.Permissions.list': async ({ caller, reply }) =>
      reply(200, { success: true, data: permissions('rest', caller.principal.role) }),
  }
}
