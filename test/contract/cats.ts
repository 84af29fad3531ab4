const cat = {
  type: 'object',
  required: ['name', 'home'],
  properties: {
    name: { $ref: '#/components/schemas/Name' },
    home: {
      type: 'object',
      required: ['city'],
      properties: {
        city: { $ref: '#/components/schemas/Name', 'x-pattern-message': { en: 'has no digits', zh: '无数字' } },
      },
      additionalProperties: false,
    },
    toys: {
      type: 'array',
      items: {
        oneOf: [
          {
            type: 'object',
            required: ['kind', 'size'],
            properties: { kind: { type: 'string', const: 'ball' }, size: { type: 'integer', minimum: 1 } },
            additionalProperties: false,
          },
          {
            type: 'object',
            required: ['kind', 'color'],
            properties: { kind: { type: 'string', const: 'mouse' }, color: { type: 'string', minLength: 2 } },
            additionalProperties: false,
          },
        ],
      },
    },
  },
  additionalProperties: false,
}
const answer = (description: string, content?: object, headers?: object) => ({
  description,
  ...(content && { content }),
  ...(headers && { headers }),
})
const etag = { ETag: { required: true, schema: { type: 'string' } } }
const ifMatch = { name: 'If-Match', in: 'header', required: true, schema: { type: 'string', maxLength: 9 } }
const requestId = { name: 'X-Request-Id', in: 'header', schema: { type: 'string', maxLength: 3 } }
const schema = { $ref: '#/components/schemas/Cat' }
const operation = (id: string, rest: object) => ({
  operationId: id,
  'x-style': 'cats',
  parameters: [requestId],
  ...rest,
})

/** A contract with what ours has not: other media types, lines, a header of the request. */
export const document = {
  openapi: '3.1.0',
  info: { title: 'Cats', version: '1.0.0' },
  'x-styles': { cats: { language: 'en', mediaType: 'application/problem+json', paths: ['/*'] } },
  components: {
    securitySchemes: { AccessTokenAuth: { type: 'http', scheme: 'bearer' } },
    schemas: { Cat: cat, Name: { type: 'string', minLength: 1, pattern: '^[^0-9]*$', 'x-failure-reason': 'bad_name' } },
  },
  paths: {
    '/cats': {
      get: operation('Cats.list', { responses: { 200: answer('All.', { 'application/x-ndjson': { schema } }) } }),
      post: operation('Cats.import', {
        requestBody: { required: true, content: { 'application/x-ndjson': { schema } } },
        responses: { 202: answer('Taken.') },
      }),
      put: operation('Cats.create', {
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: { 201: answer('Made.', { 'application/vnd.cat+json': { schema } }, etag) },
      }),
    },
    '/cats/one': {
      patch: operation('Cats.change', {
        parameters: [requestId, ifMatch],
        requestBody: { content: { 'application/merge-patch+json': { schema: { type: 'object' } } } },
        responses: { 204: answer('Done.') },
      }),
    },
  },
}
