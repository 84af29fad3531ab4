import { operationOf, type Seed, seed, without } from './seed.ts'

const created = (contract: any) => operationOf(contract, 'Rest.Users.create').responses['201']

/** Changes of answers, but for what their bodies hold. */
export const answerSeeds: Seed[] = [
  seed('! a success status is removed', 'answer-status-removed', 'Rest.Users.create answer 201', (c) => {
    const { responses } = operationOf(c, 'Rest.Users.create')
    responses['200'] = responses['201']
    delete responses['201']
  }),
  seed('! a success status is added', 'answer-success-status-added', 'Rest.Users.create answer 202', (c) => {
    operationOf(c, 'Rest.Users.create').responses['202'] = { description: 'Later.' }
  }),
  seed('! a failure status is removed', 'answer-status-removed', 'Rest.Users.create answer 409', (c) => {
    delete operationOf(c, 'Rest.Users.create').responses['409']
  }),
  seed('a failure status is added', 'answer-failure-status-added', 'Rest.Users.stats answer 404', (c) => {
    operationOf(c, 'Rest.Users.stats').responses['404'] = { $ref: '#/components/responses/Rest.NotFound' }
  }),
  seed('! an error code is removed', 'error-code-removed', 'Rest.Users.create codes', (c) => {
    without(operationOf(c, 'Rest.Users.create')['x-error-codes'], 'AUTH_007')
  }),
  seed('! an error code is added', 'error-code-added', 'Rest.Users.create codes', (c) => {
    operationOf(c, 'Rest.Users.create')['x-error-codes'].push('AUTH_099')
  }),
  seed(
    '! an answer has another content type besides',
    'answer-content-type-added',
    'Rest.Users.create answer 201 body',
    (c) => {
      created(c).content['application/xml'] = created(c).content['application/json']
    },
  ),
  seed('! an answer has no body any more', 'answer-content-type-removed', 'Rest.Users.create answer 201 body', (c) => {
    delete created(c).content
  }),
  seed(
    '! a header of an answer is gone',
    'answer-header-removed',
    'Rest.Users.create answer 201 header Location',
    (c) => {
      delete created(c).headers.Location
    },
  ),
  seed(
    '! a header of an answer may be missing',
    'answer-header-became-optional',
    'Rest.Users.create answer 201 header Location',
    (c) => {
      created(c).headers.Location.required = false
    },
  ),
  seed(
    'a header of an answer is always there',
    'answer-header-became-required',
    'Rpc.Auth.me answer 200 header X-RateLimit-Limit',
    (c) => {
      c.components.headers['X-RateLimit-Limit'].required = true
    },
  ),
  seed('a header is added to an answer', 'answer-header-added', 'Rest.Users.create answer 201 header ETag', (c) => {
    created(c).headers.ETag = { required: true, schema: { type: 'string' } }
  }),
  seed(
    '! a header may have another value',
    'answer-enum-value-added',
    'Rpc.Auth.me answer 200 header Cache-Control',
    (c) => {
      c.components.headers['Cache-Control'].schema.enum.push('private')
    },
  ),
  seed(
    '! the answer to an unknown path loses a header',
    'answer-header-removed',
    'Other paths answer Rest.NoSuchPath header X-Request-Id',
    (c) => {
      delete c.components.responses['Rest.NoSuchPath'].headers['X-Request-Id']
    },
  ),
]
