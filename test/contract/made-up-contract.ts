import { declaredBy, type Observation } from '../../contract/coverage/declared.ts'
import type { ContractDocument } from '../../contract/document.ts'

/** A small contract with one of everything that is counted. */
export const document = {
  info: { version: '9.9.9' },
  'x-styles': {
    rpc: { namespace: 'Rpc', language: 'en', failure: { status: '/code', code: '/error_code', problems: '/details' } },
    rest: { namespace: 'Rest', language: 'zh', failure: { code: '/details/code', problems: '/details/errors' } },
  },
  'x-failures': [{ reason: 'role_required', rpc: { code: 'AUTHZ_ROLE_REQUIRED' } }],
  paths: {
    '/cats:feed': {
      post: {
        operationId: 'Rpc.Cats.feed',
        'x-style': 'rpc',
        parameters: [
          { in: 'query', name: 'id', schema: { type: 'string', pattern: '^\\d+$' } },
          { in: 'query', name: 'times', schema: { $ref: '#/components/schemas/Times' } },
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: { oneOf: [{ $ref: '#/components/schemas/Meal' }, { $ref: '#/components/schemas/Diet' }] },
            },
          },
        },
        responses: {
          200: { content: { 'application/json': { schema: {} }, 'text/csv': { schema: {} } } },
          404: { $ref: '#/components/responses/Rpc.NotFound' },
        },
        'x-roles': ['keeper'],
        'x-error-codes': ['NO_SUCH_CAT'],
      },
    },
    '/cats/{id}/name': {
      get: {
        operationId: 'Rest.Cats.name',
        'x-style': 'rest',
        parameters: [{ in: 'path', name: 'id', schema: { type: 'string', pattern: '^\\d+$' } }],
        responses: { 200: { content: { 'application/json': { schema: {} } } } },
        'x-error-codes': [],
      },
    },
    '/cats:look': {
      get: {
        operationId: 'Rpc.Cats.look',
        'x-style': 'rpc',
        responses: { 204: {} },
        'x-error-codes': [],
      },
    },
  },
  components: {
    schemas: {
      Times: { type: 'integer', maximum: 9 },
      Role: { enum: ['keeper', 'guest'] },
      Meal: { properties: { action: { enum: ['meal'] }, grams: { type: 'integer', example: 7 } } },
      Diet: { properties: { action: { enum: ['diet'] }, grams: { type: 'integer', example: 7 } } },
    },
    responses: { 'Rpc.NotFound': failure(404, 'NO_SUCH_CAT'), 'Rpc.NoSuchPath': failure(404, 'NOT_FOUND') },
  },
} as unknown as ContractDocument

/** All that it declares, as if it had been seen. */
export function everything(): Observation[] {
  const { operations, elsewhere, examples } = declaredBy(document)
  return [
    ...[...operations, ...elsewhere].flatMap(({ id, answers, codes, roles, inputs }): Observation[] => [
      ...answers.map(({ status, type }): Observation => ['answer', id, status, type]),
      ...codes.map((code): Observation => ['code', id, code]),
      ...roles.map(({ role, allowed }): Observation => ['role', id, role, allowed ? 'allowed' : 'refused']),
      ...inputs.flatMap((input): Observation[] => [
        ['input', id, input.in, input.name, 'good'],
        ['input', id, input.in, input.name, 'bad'],
      ]),
    ]),
    ...examples.map((pointer): Observation => ['example', pointer]),
  ]
}

/** All but one. */
export function everythingBut(text: string): Observation[] {
  return everything().filter((each) => JSON.stringify(each) !== text)
}

function failure(status: number, code: string) {
  return {
    content: {
      'application/json': {
        schema: { properties: { code: { enum: [status] }, error_code: { enum: [code] } } },
        examples: { [code.toLowerCase()]: { value: { code: status, error_code: code } } },
      },
    },
  }
}
