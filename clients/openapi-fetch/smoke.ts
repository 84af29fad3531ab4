import createClient from 'openapi-fetch'
import type { paths } from '../out/openapi-fetch/api.ts'
import type { RestFace, RpcFace } from '../smoke/faces.ts'
import { authorization, baseUrl } from '../smoke/session.ts'
import { smoke } from '../smoke/smoke.ts'

const client = createClient<paths>({ baseUrl })
client.use({
  onRequest({ request, schemaPath }) {
    if (!schemaPath.endsWith('login')) request.headers.set('Authorization', authorization().Authorization)
  },
})

interface Answered<Failure> {
  data?: unknown
  error?: Failure
  response: Response
}
const ofRpc = ({ data, error, response }: Answered<{ error_code: string }>) => ({
  status: response.status,
  body: data ?? error,
  code: error?.error_code,
})
const ofRest = ({ data, error, response }: Answered<{ details: { code: string } }>) => ({
  status: response.status,
  body: data ?? error,
  code: error?.details.code,
})

const rpc: RpcFace = {
  login: async (body) => ofRpc(await client.POST('/auth:login', { body })),
  list: async (query) => ofRpc(await client.GET('/users:list', { params: { query } })),
  create: async (body) => ofRpc(await client.POST('/users:create', { body })),
  update: async (id, body) => ofRpc(await client.POST('/users:update', { params: { query: { id } }, body })),
  get: async (id) => ofRpc(await client.GET('/users:get', { params: { query: { id } } })),
  destroy: async (id) => ofRpc(await client.POST('/users:destroy', { params: { query: { id } } })),
}

const rest: RestFace = {
  login: async (body) => ofRest(await client.POST('/auth/login', { body })),
  list: async (query) => ofRest(await client.GET('/users', { params: { query } })),
  create: async (body) => ofRest(await client.POST('/users', { body })),
  update: async (id, body) => ofRest(await client.PATCH('/users/{id}', { params: { path: { id } }, body })),
  get: async (id) => ofRest(await client.GET('/users/{id}', { params: { path: { id } } })),
  delete: async (id) => ofRest(await client.DELETE('/users/{id}', { params: { path: { id } } })),
}

await smoke({ rpc, rest })
