import { client } from '../out/hey-api/client.gen.ts'
import * as sdk from '../out/hey-api/sdk.gen.ts'
import * as schemas from '../out/hey-api/zod.gen.ts'
import type { RestFace, RpcFace } from '../smoke/faces.ts'
import { pascal, type Schema } from '../smoke/schemas.ts'
import { baseUrl, session } from '../smoke/session.ts'
import { smoke } from '../smoke/smoke.ts'
import { queries } from './queries.ts'

// Asked for where the document says that a token is needed.
client.setConfig({ baseUrl, auth: () => session.token })

interface Answered<Failure> {
  data?: unknown
  error?: Failure | undefined
  response?: Response
}
const ofRpc = ({ data, error, response }: Answered<{ error_code: string }>) => ({
  status: response?.status ?? 0,
  body: data ?? error,
  code: error?.error_code,
})
const ofRest = ({ data, error, response }: Answered<{ details: { code: string } }>) => ({
  status: response?.status ?? 0,
  body: data ?? error,
  code: error?.details.code,
})

const rpc: RpcFace = {
  login: async (body) => ofRpc(await sdk.rpcAuthLogin({ body })),
  list: async (query) => ofRpc(await sdk.rpcUsersList({ query })),
  create: async (body) => ofRpc(await sdk.rpcUsersCreate({ body })),
  update: async (id, body) => ofRpc(await sdk.rpcUsersUpdate({ query: { id }, body })),
  get: async (id) => ofRpc(await sdk.rpcUsersGet({ query: { id } })),
  destroy: async (id) => ofRpc(await sdk.rpcUsersDestroy({ query: { id } })),
}

const rest: RestFace = {
  login: async (body) => ofRest(await sdk.restAuthLogin({ body })),
  list: async (query) => ofRest(await sdk.restUsersList({ query })),
  create: async (body) => ofRest(await sdk.restUsersCreate({ body })),
  update: async (id, body) => ofRest(await sdk.restUsersUpdate({ path: { id }, body })),
  get: async (id) => ofRest(await sdk.restUsersGet({ path: { id } })),
  delete: async (id) => ofRest(await sdk.restUsersDelete({ path: { id } })),
}

const suffix = { body: 'Body', query: 'Query', response: 'Response' }

await smoke({
  rpc,
  rest,
  schemas: (operation, part) => (schemas as Record<string, Schema>)[`z${pascal(operation)}${suffix[part]}`],
  more: { TanStack: queries },
})
