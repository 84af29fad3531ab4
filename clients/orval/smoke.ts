import * as api from '../out/orval/api.ts'
import * as schemas from '../out/orval/zod.ts'
import type { RestFace, RpcFace } from '../smoke/faces.ts'
import { pascal, type Schema } from '../smoke/schemas.ts'
import { authorization } from '../smoke/session.ts'
import { smoke } from '../smoke/smoke.ts'
import { handlers } from './handlers.ts'

interface Answered {
  status: number
  data: object
}
const ofRpc = ({ status, data }: Answered) => ({
  status,
  body: data,
  code: 'error_code' in data ? String(data.error_code) : undefined,
})
const ofRest = <Failure extends { details: { code: string } }>({
  status,
  data,
}: {
  status: number
  data: Failure | { success: true }
}) => ({ status, body: data, code: 'details' in data ? data.details.code : undefined })

const as = () => ({ headers: authorization() })

const rpc: RpcFace = {
  login: async (body) => ofRpc(await api.rpcAuthLogin(body)),
  list: async (query) => ofRpc(await api.rpcUsersList(query, as())),
  create: async (body) => ofRpc(await api.rpcUsersCreate(body, as())),
  update: async (id, body) => ofRpc(await api.rpcUsersUpdate(body, { id }, as())),
  get: async (id) => ofRpc(await api.rpcUsersGet({ id }, as())),
  destroy: async (id) => ofRpc(await api.rpcUsersDestroy({ id }, as())),
}

const rest: RestFace = {
  login: async (body) => ofRest(await api.restAuthLogin(body)),
  list: async (query) => ofRest(await api.restUsersList(query, as())),
  create: async (body) => ofRest(await api.restUsersCreate(body, as())),
  update: async (id, body) => ofRest(await api.restUsersUpdate(id, body, as())),
  get: async (id) => ofRest(await api.restUsersGet(id, as())),
  delete: async (id) => ofRest(await api.restUsersDelete(id, as())),
}

const suffix = { body: 'Body', query: 'QueryParams', response: 'Response' }

await smoke({
  rpc,
  rest,
  schemas: (operation, part) => (schemas as object as Record<string, Schema>)[`${pascal(operation)}${suffix[part]}`],
  more: { MSW: handlers },
})
