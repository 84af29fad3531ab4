import { propertyOf, type Seed, schemaOf, seed, without } from './seed.ts'

/** Changes of what answers hold. */
export const answerBodySeeds: Seed[] = [
  seed(
    '! a value is new in an answer',
    'answer-enum-value-added',
    'Rest.Users.list answer 200 body.data[].status',
    (c) => {
      schemaOf(c, 'Status').enum.push('archived')
    },
  ),
  seed(
    'a value no longer comes in an answer',
    'answer-enum-value-removed',
    'Rest.Auth.login answer 200 body.message',
    (c) => {
      without(propertyOf(c, 'Rest.LoggedIn', 'message').enum, 'Logged in')
    },
  ),
  seed('! an answer may have any value', 'answer-enum-removed', 'Rest.Users.list answer 200 body.success', (c) => {
    delete propertyOf(c, 'Rest.UserPage', 'success').enum
  }),
  seed(
    '! a required property is removed from an answer',
    'answer-property-removed',
    'Rest.Users.list answer 200 body.data[].email',
    (c) => {
      without(schemaOf(c, 'Rest.User').required, 'email')
      delete schemaOf(c, 'Rest.User').properties.email
    },
  ),
  seed(
    '! an optional property is removed from an answer',
    'answer-property-removed',
    'Rest.Users.list answer 200 body.data[].lastLoginAt',
    (c) => {
      delete schemaOf(c, 'Rest.User').properties.lastLoginAt
    },
  ),
  seed(
    '! a property of an answer may be missing',
    'answer-property-became-optional',
    'Rest.Users.list answer 200 body.data[].email',
    (c) => {
      without(schemaOf(c, 'Rest.User').required, 'email')
    },
  ),
  seed(
    'a property of an answer is always there',
    'answer-property-became-required',
    'Rest.Users.list answer 200 body.data[].lastLoginAt',
    (c) => {
      schemaOf(c, 'Rest.User').required.push('lastLoginAt')
    },
  ),
  seed(
    'a property is added to an answer',
    'answer-property-added',
    'Rest.Users.list answer 200 body.data[].phone',
    (c) => {
      schemaOf(c, 'Rest.User').properties.phone = { type: 'string' }
      schemaOf(c, 'Rest.User').required.push('phone')
    },
  ),
  seed(
    'an answer may hold what is not described',
    'answer-object-opened',
    'Rest.Users.list answer 200 body.data[]',
    (c) => {
      schemaOf(c, 'Rest.User').additionalProperties = true
    },
  ),
  seed(
    '! an answer may be null',
    'answer-union-branch-added',
    'Rest.Users.list answer 200 body.data[].fullName',
    (c) => {
      schemaOf(c, 'Rest.User').properties.fullName = {
        anyOf: [{ $ref: '#/components/schemas/FullName' }, { type: 'null' }],
      }
    },
  ),
  seed(
    '! an answer may be of another type besides',
    'answer-type-wider',
    'Rest.Users.list answer 200 body.success',
    (c) => {
      propertyOf(c, 'Rest.UserPage', 'success').type = ['boolean', 'string']
    },
  ),
  seed(
    '! a number of an answer need not be whole',
    'answer-type-wider',
    'Rest.Users.stats answer 200 body.data.totalUsers',
    (c) => {
      schemaOf(c, 'Count').type = 'number'
    },
  ),
  seed(
    'an answer is never null any more',
    'answer-union-branch-removed',
    'Rpc.Users.list answer 200 body.next_cursor',
    (c) => {
      propertyOf(c, 'Rpc.UserPage', 'next_cursor').anyOf.splice(1, 1)
    },
  ),
  seed(
    '! an answer may be longer',
    'answer-max-length-increased',
    'Rest.Users.list answer 200 body.data[].createdAt',
    (c) => {
      schemaOf(c, 'Timestamp').maxLength = 24
    },
  ),
  seed(
    'an answer is never as long as it was',
    'answer-max-length-decreased',
    'Rest.Users.list answer 400 body.message',
    (c) => {
      schemaOf(c, 'Sentence').maxLength = 10
    },
  ),
  seed('! an answer may hold more items', 'answer-max-items-increased', 'Rpc.Users.list answer 200 body.users', (c) => {
    propertyOf(c, 'Rpc.UserPage', 'users').maxItems = 500
  }),
  seed(
    '! an answer may be negative',
    'answer-minimum-decreased',
    'Rest.Users.stats answer 200 body.data.totalUsers',
    (c) => {
      schemaOf(c, 'Count').minimum = -1
    },
  ),
  seed(
    '! an answer is no longer of its format',
    'answer-format-removed',
    'Rest.Users.list answer 200 body.data[].createdAt',
    (c) => {
      delete schemaOf(c, 'Timestamp').format
    },
  ),
  seed(
    '! the pattern of an answer changes',
    'answer-pattern-changed',
    'Rest.Users.list answer 200 body.data[].createdAt',
    (c) => {
      schemaOf(c, 'Timestamp').pattern = '^.*$'
    },
  ),
  seed(
    '! a shape is new in an answer',
    'answer-union-branch-added',
    'Rest.Users.list answer 200 body.pagination',
    (c) => {
      schemaOf(c, 'Rest.Pagination').oneOf.push({ $ref: '#/components/schemas/Rest.Stats' })
    },
  ),
  seed(
    'a shape is gone from an answer',
    'answer-union-branch-removed',
    'Rest.Users.list answer 200 body.pagination',
    (c) => {
      schemaOf(c, 'Rest.Pagination').oneOf.splice(0, 1)
    },
  ),
]
