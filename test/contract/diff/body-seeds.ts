import { operationOf, propertyOf, type Seed, schemaOf, seed, without } from './seed.ts'

/** Changes of the bodies of requests, but for the values in them. */
export const bodySeeds: Seed[] = [
  seed(
    '! a required property is added to a request',
    'request-required-property-added',
    'Rpc.Users.create request body.tenant',
    (c) => {
      schemaOf(c, 'Rpc.UserCreate').properties.tenant = { type: 'string' }
      schemaOf(c, 'Rpc.UserCreate').required.push('tenant')
    },
  ),
  seed(
    'an optional property is added to a request',
    'request-property-added',
    'Rpc.Users.create request body.tenant',
    (c) => {
      schemaOf(c, 'Rpc.UserCreate').properties.tenant = { type: 'string' }
    },
  ),
  seed(
    '! a property of a request becomes required',
    'request-property-became-required',
    'Rpc.Users.create request body.can_write',
    (c) => {
      schemaOf(c, 'Rpc.UserCreate').required.push('can_write')
    },
  ),
  seed(
    'a property of a request becomes optional',
    'request-property-became-optional',
    'Rpc.Users.create request body.role',
    (c) => {
      without(schemaOf(c, 'Rpc.UserCreate').required, 'role')
    },
  ),
  seed(
    '! a property is removed from a closed request',
    'request-property-removed',
    'Rpc.Users.create request body.can_write',
    (c) => {
      delete schemaOf(c, 'Rpc.UserCreate').properties.can_write
    },
  ),
  seed(
    '! a request has to hold more properties',
    'request-min-properties-increased',
    'Rest.Users.update request body',
    (c) => {
      schemaOf(c, 'Rest.UserChange').minProperties = 2
    },
  ),
  seed(
    'a request may be null besides, as a union',
    'request-union-branch-added',
    'Rpc.Users.create request body.password',
    (c) => {
      schemaOf(c, 'Rpc.UserCreate').properties.password = {
        anyOf: [{ $ref: '#/components/schemas/NewPassword' }, { type: 'null' }],
      }
    },
  ),
  seed('! a shape of a request is gone', 'request-union-branch-removed', 'Rpc.Users.update request body', (c) => {
    schemaOf(c, 'Rpc.UserUpdate').oneOf.splice(1, 1)
  }),
  seed('a shape of a request is new', 'request-union-branch-added', 'Rpc.Users.update request body', (c) => {
    schemaOf(c, 'Rpc.UserUpdate').oneOf.push({ $ref: '#/components/schemas/Rpc.RefreshRequest' })
  }),
  seed(
    '! one shape of a request is narrowed',
    'request-property-removed',
    'Rpc.Users.update request body(Rpc.UserFields).role',
    (c) => {
      delete schemaOf(c, 'Rpc.UserFields').properties.role
    },
  ),
  seed('! the default of a property changes', 'request-default-changed', 'Rest.Users.create request body.role', (c) => {
    propertyOf(c, 'Rest.UserCreate', 'role').default = 'guest'
  }),
  seed('! a property needs another', 'request-dependency-added', 'Rpc.Auth.updateMe request body', (c) => {
    schemaOf(c, 'Rpc.ProfileChange').dependentRequired.email = ['old_password']
  }),
  seed('a property no longer needs another', 'request-dependency-removed', 'Rpc.Auth.updateMe request body', (c) => {
    delete schemaOf(c, 'Rpc.ProfileChange').dependentRequired.password
  }),
  seed(
    'a request takes properties that are not described',
    'request-object-opened',
    'Rpc.Users.create request body',
    (c) => {
      delete schemaOf(c, 'Rpc.UserCreate').additionalProperties
    },
  ),
  seed(
    '! a keyword that nobody knows appears in a request',
    'unclassified',
    'Rpc.Users.create request body.password',
    (c) => {
      schemaOf(c, 'NewPassword').contentEncoding = 'base64'
    },
  ),
  seed(
    '! a body is asked for where there was none',
    'request-required-body-added',
    'Rest.Auth.logout request body',
    (c) => {
      operationOf(c, 'Rest.Auth.logout').requestBody = {
        ...operationOf(c, 'Rpc.Auth.logout').requestBody,
        required: true,
      }
    },
  ),
  seed('a body may be sent where there was none', 'request-body-added', 'Rest.Auth.logout request body', (c) => {
    operationOf(c, 'Rest.Auth.logout').requestBody = {
      ...operationOf(c, 'Rpc.Auth.logout').requestBody,
      required: false,
    }
  }),
  seed('! a body is no longer taken', 'request-body-removed', 'Rpc.Auth.logout request body', (c) => {
    delete operationOf(c, 'Rpc.Auth.logout').requestBody
  }),
  seed('a body may be left out', 'request-body-became-optional', 'Rpc.Auth.logout request body', (c) => {
    operationOf(c, 'Rpc.Auth.logout').requestBody.required = false
  }),
  seed(
    '! a body is taken as another content type',
    'request-content-type-removed',
    'Rpc.Users.create request body',
    (c) => {
      const { content } = operationOf(c, 'Rpc.Users.create').requestBody
      content['application/x-www-form-urlencoded'] = content['application/json']
      delete content['application/json']
    },
  ),
  seed(
    'a body is taken as another content type too',
    'request-content-type-added',
    'Rpc.Users.create request body',
    (c) => {
      const { content } = operationOf(c, 'Rpc.Users.create').requestBody
      content['application/cbor'] = content['application/json']
    },
  ),
]
