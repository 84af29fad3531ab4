import type { Fault } from './fault.ts'
import { editAnswer } from './seams.ts'

/** Bugs by which somebody is told to be allowed what they are not, or the other way round. */
export const plantedPermissions: readonly Fault[] = [
  {
    name: 'RPC: a role is told to be given that nobody may give',
    reply: editAnswer('GET /auth:permissions', ({ permissions }) => permissions.at(-1).grants.push('super_admin')),
  },
  {
    name: 'REST: a permission is not told',
    reply: editAnswer('GET /auth/permissions', ({ data }) => data.splice(1, 1)),
  },
]
