import { parameterOf, propertyOf, type Seed, schemaOf, seed, without } from './seed.ts'

/** Changes of the values that requests may hold. */
export const valueSeeds: Seed[] = [
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
    '! a text has to be Unicode',
    'request-x-well-formed-added',
    'Rest.Auth.login request body.usernameOrEmail',
    (c) => {
      schemaOf(c, 'LoginName')['x-well-formed'] = true
    },
  ),
  seed('! a text has to say something', 'request-x-not-blank-added', 'Rest.Users.list query parameter search', (c) => {
    schemaOf(c, 'SearchTerm')['x-not-blank'] = true
  }),
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
]
