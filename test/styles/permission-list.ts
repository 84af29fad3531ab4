import type { Role } from '../../src/domain/users/user.ts'
import { permissionPlaces } from '../../src/http/permissions.ts'
import { contract } from '../support/contract-check.ts'
import { type Row, reach, rows, targetsOf } from './permission-table.ts'

/** In the order of the contract. */
export const places = permissionPlaces(contract as never)

export const nameOf = ({ operation, action }: { operation: string; action?: string | undefined }): string =>
  action === undefined ? operation : `${operation} ${action}`

/** What somebody of a role is to be told in a style, by the table that was written by hand. */
export function expectedPermissions(style: 'rpc' | 'rest', role: Role) {
  const own = style === 'rpc' ? 'self_fields' : 'selfFields'
  return places
    .filter((place) => place.style === style && rows[nameOf(place)]?.callers.includes(role))
    .map((place) => {
      const { operation, method, path, action } = place
      const row = rows[nameOf(place)] as Row
      const { self, fields = [], selfFields = [] } = row
      const grants = fields.includes('role') ? reach[role] : []
      const call = { operation, method, path, ...(action !== undefined && { action }) }
      return { ...call, targets: targetsOf(row, role), self, fields, [own]: selfFields, grants }
    })
}
