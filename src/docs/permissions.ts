import type { GivenPermission } from '@janus/reading-room'
import { roles } from '../domain/users/user.ts'
import { permissionPlaces, permissionsOf } from '../http/permissions.ts'

/** What each role is told by `GET /auth:permissions` and `GET /auth/permissions`. */
export function permissionsIn(
  contract: Parameters<typeof permissionPlaces>[0],
  emailNeedsPassword: boolean,
): readonly GivenPermission[] {
  const places = permissionPlaces(contract)
  return roles.flatMap((role) => permissionsOf(places, role, emailNeedsPassword).map((each) => ({ role, ...each })))
}
