import { operationOf, parameterOf, type Seed, seed, without } from './seed.ts'

/** Changes of parameters. */
export const parameterSeeds: Seed[] = [
  seed(
    '! a required parameter is added',
    'request-required-parameter-added',
    'Rest.Users.list query parameter tenant',
    (c) => {
      operationOf(c, 'Rest.Users.list').parameters.push({ name: 'tenant', in: 'query', required: true, schema: {} })
    },
  ),
  seed('an optional parameter is added', 'request-parameter-added', 'Rest.Users.list query parameter tenant', (c) => {
    operationOf(c, 'Rest.Users.list').parameters.push({ name: 'tenant', in: 'query', required: false, schema: {} })
  }),
  seed(
    '! an optional parameter is removed',
    'request-parameter-removed',
    'Rest.Users.list query parameter search',
    (c) => {
      const { parameters } = operationOf(c, 'Rest.Users.list')
      without(parameters, parameterOf(c, 'Rest.Users.list', 'search'))
    },
  ),
  seed(
    '! a parameter moves to a header',
    'request-parameter-removed',
    'Rest.Users.list query parameter search',
    (c) => {
      parameterOf(c, 'Rest.Users.list', 'search').in = 'header'
    },
  ),
  seed(
    '! a parameter becomes required',
    'request-parameter-became-required',
    'Rpc.Users.list query parameter limit',
    (c) => {
      parameterOf(c, 'Rpc.Users.list', 'limit').required = true
    },
  ),
  seed(
    'a required parameter becomes optional',
    'request-parameter-became-optional',
    'Rpc.Users.get query parameter id',
    (c) => {
      c.components.parameters['Rpc.IdQuery'].required = false
    },
  ),
  seed(
    '! the default of a parameter changes',
    'request-default-changed',
    'Rpc.Users.list query parameter limit',
    (c) => {
      parameterOf(c, 'Rpc.Users.list', 'limit').schema.default = 20
    },
  ),
  seed(
    '! the default of a parameter goes',
    'request-default-changed',
    'Rest.Users.list query parameter sortBy',
    (c) => {
      delete parameterOf(c, 'Rest.Users.list', 'sortBy').schema.default
    },
  ),
  seed(
    '! a parameter has a lower maximum',
    'request-maximum-decreased',
    'Rest.Users.list query parameter limit',
    (c) => {
      parameterOf(c, 'Rest.Users.list', 'limit').schema.maximum = 50
    },
  ),
  seed(
    'a parameter has a higher maximum',
    'request-maximum-increased',
    'Rest.Users.list query parameter limit',
    (c) => {
      parameterOf(c, 'Rest.Users.list', 'limit').schema.maximum = 500
    },
  ),
  seed('! a parameter loses a value', 'request-enum-value-removed', 'Rest.Users.list query parameter sortBy', (c) => {
    without(parameterOf(c, 'Rest.Users.list', 'sortBy').schema.enum, 'email')
  }),
  seed('a parameter gains a value', 'request-enum-value-added', 'Rest.Users.list query parameter sortBy', (c) => {
    parameterOf(c, 'Rest.Users.list', 'sortBy').schema.enum.push('role')
  }),
  seed('! a parameter is written in another style', 'unclassified', 'Rest.Users.list query parameter sortBy', (c) => {
    parameterOf(c, 'Rest.Users.list', 'sortBy').explode = false
  }),
]
