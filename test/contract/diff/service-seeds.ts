import { operationOf, type Seed, schemaOf, seed, without } from './seed.ts'

const created = (contract: any) => operationOf(contract, 'Rest.Users.create').responses['201']

/** Changes of what there is, of who may call it, and of what nothing hangs on. */
export const serviceSeeds: Seed[] = [
  // Operations
  seed('! an operation is removed', 'operation-removed', 'Rest.Users.stats operation GET /users/stats', (c) => {
    delete c.paths['/users/stats']
  }),
  seed('an operation is added', 'operation-added', 'Rest.Users.count operation GET /users/count', (c) => {
    c.paths['/users/count'] = { get: { ...operationOf(c, 'Rest.Users.stats'), operationId: 'Rest.Users.count' } }
  }),
  seed('! an operation moves to another path', 'operation-removed', 'Rpc.Users.get operation GET /users:get', (c) => {
    c.paths['/users:show'] = c.paths['/users:get']
    delete c.paths['/users:get']
  }),
  seed(
    '! an operation moves to another method',
    'operation-removed',
    'Rest.Users.update operation PATCH /users/{id}',
    (c) => {
      c.paths['/users/{id}'].put = c.paths['/users/{id}'].patch
      delete c.paths['/users/{id}'].patch
    },
  ),
  seed('! an operation is renamed', 'operation-renamed', 'Rpc.Users.get operationId', (c) => {
    operationOf(c, 'Rpc.Users.get').operationId = 'Rpc.Users.show'
  }),
  seed('an operation is deprecated', 'deprecated', 'Rpc.Users.get description', (c) => {
    operationOf(c, 'Rpc.Users.get').deprecated = true
  }),

  // Who may call
  seed('! a public operation asks for a token', 'security-tightened', 'Rpc.Auth.login security', (c) => {
    delete operationOf(c, 'Rpc.Auth.login').security
  }),
  seed('an operation becomes public', 'security-loosened', 'Rpc.Auth.me security', (c) => {
    operationOf(c, 'Rpc.Auth.me').security = [{}]
  }),
  seed('! an operation asks for another kind of token', 'security-tightened', 'Rpc.Auth.me security', (c) => {
    c.components.securitySchemes.Key = { type: 'apiKey', in: 'header', name: 'X-Key' }
    operationOf(c, 'Rpc.Auth.me').security = [{ Key: [] }]
  }),
  seed('an operation takes another kind of token too', 'security-loosened', 'Rpc.Auth.me security', (c) => {
    c.components.securitySchemes.Key = { type: 'apiKey', in: 'header', name: 'X-Key' }
    operationOf(c, 'Rpc.Auth.me').security = [{ AccessTokenAuth: [] }, { Key: [] }]
  }),
  seed('! every operation asks for two tokens', 'security-tightened', 'Rest.Users.list security', (c) => {
    c.components.securitySchemes.Key = { type: 'apiKey', in: 'header', name: 'X-Key' }
    c.security = [{ AccessTokenAuth: [], Key: [] }]
  }),
  seed(
    '! the token is sent by another scheme',
    'security-scheme-changed',
    'Contract securitySchemes AccessTokenAuth',
    (c) => {
      c.components.securitySchemes.AccessTokenAuth.scheme = 'DPoP'
    },
  ),
  seed('an expired token is taken too', 'security-loosened', 'Rest.Users.delete security', (c) => {
    operationOf(c, 'Rest.Users.delete')['x-accepts-expired-token'] = true
  }),
  seed('! a role may no longer call', 'roles-narrowed', 'Rest.Users.list roles', (c) => {
    without(operationOf(c, 'Rest.Users.list')['x-roles'], 'manager')
  }),
  seed('! an operation that asked for no role asks for one', 'roles-narrowed', 'Rpc.Auth.login roles', (c) => {
    operationOf(c, 'Rpc.Auth.login')['x-roles'] = ['admin']
  }),
  seed('another role may call', 'roles-widened', 'Rpc.Users.create roles', (c) => {
    operationOf(c, 'Rpc.Users.create')['x-roles'].push('manager')
  }),
  seed('! a server is removed', 'server-removed', 'Contract servers', (c) => {
    c.servers[0].url = '/v2'
  }),
  seed('a server is added', 'server-added', 'Contract servers', (c) => {
    c.servers.push({ url: 'https://eu.example.com' })
  }),

  // The rest
  seed('a description changes', 'prose-changed', 'Rpc.Users.create description', (c) => {
    operationOf(c, 'Rpc.Users.create').description = 'Another.'
  }),
  seed('an example changes', 'prose-changed', 'Rest.Users.create answer 201 body', (c) => {
    created(c).content['application/json'].examples = {}
  }),
  seed('the description of a property changes', 'prose-changed', 'Rpc.Users.create request body.password', (c) => {
    schemaOf(c, 'NewPassword').description = 'Another.'
  }),
  seed('! an extension that nobody knows appears', 'unclassified', 'Rpc.Users.create description', (c) => {
    operationOf(c, 'Rpc.Users.create')['x-tenancy'] = true
  }),
  seed('! the document is of another OpenAPI', 'unclassified', 'Contract document', (c) => {
    c.openapi = '3.2.0'
  }),
]
