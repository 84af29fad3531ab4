import type { OpenAPIV3_1 } from 'openapi-types'
import type { Field, PermissionName } from '../domain/users/permission-table.ts'
import { type Permitted, permittedTo } from '../domain/users/permissions.ts'
import type { Role } from '../domain/users/user.ts'

/** An operation, or one shape of its body, with the permission that it takes. */
export interface PermissionPlace {
  readonly operation: string
  readonly style: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** The `action` of that shape. */
  readonly action: string | undefined
  readonly permission: PermissionName
  /** The roles that may call. */
  readonly roles: readonly Role[]
  /** What of a user the body gives, by the name of its property. */
  readonly fields: ReadonlyMap<string, Field>
}

/** What somebody may do by an operation, to whom; fields by the names of the operation's body. */
export interface Permission
  extends Pick<PermissionPlace, 'operation' | 'method' | 'path'>,
    Pick<Permitted, 'self'>,
    Record<'targets' | 'grants', Role[]>,
    Record<'fields' | 'selfFields', string[]> {
  readonly action?: string
}

type Schema = OpenAPIV3_1.SchemaObject & { readonly 'x-permission'?: PermissionName }
interface Operation {
  readonly operationId?: string
  readonly 'x-style'?: string
  readonly 'x-roles'?: readonly Role[]
  readonly 'x-permission'?: PermissionName
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }
}

/**
 * @returns the places of all operations that ask for a token, in the order of the document; what
 *   has no `x-permission` has none
 */
export function permissionPlaces(document: Pick<OpenAPIV3_1.Document, 'paths' | 'components'>): PermissionPlace[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item = {}]) =>
    Object.entries(item as Readonly<Record<string, Operation>>).flatMap(([method, operation]) =>
      shapesOf(document, operation).flatMap((shape) => {
        const { operationId = '', 'x-style': style = '', 'x-roles': roles } = operation
        const permission = shape['x-permission'] ?? operation['x-permission']
        if (!roles || !permission) return []
        const call = { operation: operationId, style, method: method.toUpperCase() as PermissionPlace['method'], path }
        return { ...call, action: actionOf(shape), permission, roles, fields: fieldsOf(shape) }
      }),
    ),
  )
}

/** @returns what somebody of a role may do by the operations of a style */
export function createPermissions(document: Parameters<typeof permissionPlaces>[0], emailNeedsPassword: boolean) {
  const places = Map.groupBy(permissionPlaces(document), ({ style }) => style)
  return (style: string, role: Role): Permission[] => permissionsOf(places.get(style) ?? [], role, emailNeedsPassword)
}

/** @param emailNeedsPassword whether one's own email is changed with the current password alone */
export function permissionsOf(
  places: readonly PermissionPlace[],
  role: Role,
  emailNeedsPassword: boolean,
): Permission[] {
  return places
    .filter(({ roles }) => roles.includes(role))
    .map(({ operation, method, path, action, permission, fields: given }) => {
      const { targets, self, fields, selfFields, grants } = permittedTo(role, permission, emailNeedsPassword)
      const names = (wanted: readonly Field[]) => [...given.keys()].filter((name) => wanted.includes(fieldOf(name)))
      return {
        operation,
        method,
        path,
        ...(action !== undefined && { action }),
        targets: [...targets],
        self,
        fields: names(fields),
        selfFields: names(selfFields),
        grants: [...given.values()].includes('role') ? [...grants] : [],
      }
    })
}

/** The shapes of a body that have a permission of their own, or else the body as a whole. */
function shapesOf(document: Pick<OpenAPIV3_1.Document, 'components'>, { requestBody }: Operation): readonly Schema[] {
  const follow = (schema: object): Schema => {
    const name = '$ref' in schema ? String(schema.$ref).split('/').at(-1) : undefined
    return (name === undefined ? schema : document.components?.schemas?.[name]) as Schema
  }
  const body = follow(Object.values(requestBody?.content ?? {})[0]?.schema ?? {})
  const shapes = (body.oneOf ?? []).map(follow)
  return shapes.some((shape) => 'x-permission' in shape) ? shapes : [body]
}

function actionOf({ properties = {} }: Schema): string | undefined {
  const { action } = properties as Readonly<Record<string, Schema>>
  return action?.enum?.[0] ?? action?.const
}

const fieldsOf = ({ properties = {} }: Schema): ReadonlyMap<string, Field> =>
  new Map(Object.keys(properties).map((name) => [name, fieldOf(name)]))

/** What a property gives a user; of what gives nothing it is no field that a permission has. */
function fieldOf(name: string): Field {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return (otherNames[camel] ?? camel) as Field
}

const otherNames: Readonly<Record<string, Field>> = { newPassword: 'password', mustChange: 'mustChangePassword' }
