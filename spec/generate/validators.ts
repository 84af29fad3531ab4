import type { Ajv } from 'ajv'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { OpenAPIBackend } from 'openapi-backend'
import { createAjv } from '../../src/http/ajv.ts'
import { prepareDocument } from '../../src/http/held-contract.ts'

/**
 * The text of `validators.js`: what Ajv makes of the requests of each operation, so that a start
 * compiles nothing. The schemas are those that openapi-backend hands to Ajv.
 *
 * It exports a function that takes `require`, by which it gets the few helpers of Ajv, since the
 * folder may lie where they are not found; the function gives the validators by operation and the
 * order in which openapi-backend asks them (`Users.create 0`).
 */
export async function validatorsModule(document: object): Promise<string> {
  const schemas = await requestSchemas(document)
  const ajv = createAjv({ code: { source: true } })
  for (const [name, schema] of schemas) ajv.addSchema(schema, name)
  const names = Object.fromEntries([...schemas.keys()].map((name) => [name, name]))
  const code = standaloneCode.default(ajv as unknown as Ajv, names)
  return [
    '/* Made by npm run generate; never edited. */',
    'export default function load(require) {',
    'const exports = {}',
    code,
    'return exports',
    '}',
    '',
  ].join('\n')
}

/** The schemas of all requests, by operation and place in the order of its validators. */
async function requestSchemas(document: object): Promise<Map<string, object>> {
  const schemas = new Map<string, object>()
  let compiled: object[] = []
  const compile = (schema: object) => compiled.push(schema)
  const api = new OpenAPIBackend({
    definition: prepareDocument(document),
    quick: true,
    strict: true,
    customizeAjv: () => ({ compile }) as never,
  })
  await api.init()
  for (const operation of api.router.getOperations()) {
    compiled = []
    api.validator.buildRequestValidatorsForOperation(operation)
    for (const [at, schema] of compiled.entries()) schemas.set(`${operation.operationId} ${at}`, schema)
  }
  return schemas
}
