import { operationOf, parameterOf, propertyOf, type Seed, schemaOf, seed, without } from './seed.ts'

/** Changes of the bodies of requests. */
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
    '! a value of a request is no longer taken',
    'request-enum-value-removed',
    'Rest.Users.create request body.status',
    (c) => {
      without(schemaOf(c, 'GivenStatus').enum, 'banned')
    },
  ),
  seed(
    'a value of a request is taken besides',
    'request-enum-value-added',
    'Rest.Users.create request body.status',
    (c) => {
      schemaOf(c, 'GivenStatus').enum.push('archived')
    },
  ),
  seed(
    '! a string of a request is limited to some values',
    'request-enum-added',
    'Rest.Auth.login request body.usernameOrEmail',
    (c) => {
      schemaOf(c, 'LoginName').enum = ['admin']
    },
  ),
  seed(
    '! a request may be shorter only',
    'request-max-length-decreased',
    'Rpc.Users.create request body.password',
    (c) => {
      schemaOf(c, 'NewPassword').maxLength = 64
    },
  ),
  seed('a request may be longer', 'request-max-length-increased', 'Rpc.Users.create request body.password', (c) => {
    schemaOf(c, 'NewPassword').maxLength = 256
  }),
  seed(
    '! a request has to be longer',
    'request-min-length-increased',
    'Rpc.Users.create request body.password',
    (c) => {
      schemaOf(c, 'NewPassword').minLength = 15
    },
  ),
  seed('a request may be shorter', 'request-min-length-decreased', 'Rpc.Users.create request body.password', (c) => {
    delete schemaOf(c, 'NewPassword').minLength
  }),
  seed(
    '! a request has to hold more properties',
    'request-min-properties-increased',
    'Rest.Users.update request body',
    (c) => {
      schemaOf(c, 'Rest.UserChange').minProperties = 2
    },
  ),
  seed(
    '! the pattern of a request changes',
    'request-pattern-changed',
    'Rpc.Users.create request body.password',
    (c) => {
      schemaOf(c, 'NewPassword').pattern = '^[!-~]+$'
    },
  ),
  seed('! a request gets a pattern', 'request-pattern-added', 'Rpc.Users.create request body.can_write', (c) => {
    propertyOf(c, 'Rpc.UserCreate', 'can_write').pattern = '^x$'
  }),
  seed('a request loses its pattern', 'request-pattern-removed', 'Rpc.Users.create request body.password', (c) => {
    delete schemaOf(c, 'NewPassword').pattern
  }),
  seed('! a request gets a format', 'request-format-added', 'Rest.Auth.login request body.usernameOrEmail', (c) => {
    schemaOf(c, 'LoginName').format = 'email'
  }),
  seed('! the type of a request changes', 'request-type-changed', 'Rpc.Users.create request body.can_write', (c) => {
    propertyOf(c, 'Rpc.UserCreate', 'can_write').type = 'string'
  }),
  seed('a number of a request need not be whole', 'request-type-wider', 'Rest.Users.list query parameter page', (c) => {
    parameterOf(c, 'Rest.Users.list', 'page').schema.type = 'number'
  }),
  seed('a request may be null besides', 'request-type-wider', 'Rpc.Users.create request body.can_write', (c) => {
    propertyOf(c, 'Rpc.UserCreate', 'can_write').type = ['boolean', 'null']
  }),
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
