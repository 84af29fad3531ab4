import type { Document } from '@janus/reading-room'

/**
 * A small document of somebody else: one style, no extension, and what documents in the wild have.
 */
export const anyDocument: Document = {
  openapi: '3.1.0',
  info: { title: 'Library', version: '2.1.0', description: 'Books and their chapters.' },
  tags: [{ name: 'Books' }, { name: 'Readers' }],
  security: [{ key: [] }],
  paths: {
    '/readers/{reader}': {
      parameters: [{ name: 'reader', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
      get: {
        tags: ['Readers'],
        operationId: 'getReader',
        responses: { 200: { description: 'The reader.' }, default: { $ref: '#/components/responses/Problem' } },
      },
    },
    '/books': {
      get: {
        tags: ['Books'],
        summary: 'Find books',
        security: [],
        parameters: [{ $ref: '#/components/parameters/Page' }],
        responses: {
          200: {
            description: 'Found.',
            headers: { Link: { schema: { type: 'string' }, description: 'Where the next page is.' } },
            content: {
              'application/hal+json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Book' } } },
            },
          },
        },
      },
      post: {
        tags: ['Books'],
        summary: 'Find books',
        requestBody: { $ref: '#/components/requestBodies/Book' },
        responses: {
          204: { description: 'Kept.' },
          400: { description: 'Not a book.' },
        },
      },
    },
    '/shelves': { head: { responses: { 200: { description: 'There are shelves.' } } } },
  },
  components: {
    parameters: {
      Page: { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1, default: 1 }, example: 2 },
    },
    requestBodies: {
      Book: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } },
    },
    responses: {
      Problem: {
        description: 'Something went wrong.',
        content: { 'application/problem+json': { schema: { type: 'object', properties: { title: {} } } } },
      },
    },
    schemas: {
      Isbn: { type: 'string', pattern: '^[0-9]{13}$', description: 'Thirteen digits.' },
      Titled: { type: 'object', required: ['title'], properties: { title: { type: ['string', 'null'] } } },
      Book: {
        allOf: [{ $ref: '#/components/schemas/Titled' }],
        properties: {
          isbn: { $ref: '#/components/schemas/Isbn' },
          // A book may be of books.
          parts: { type: 'array', items: { $ref: '#/components/schemas/Book' } },
        },
        example: { title: 'Faust', isbn: '9783150000014' },
      },
    },
    securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Ask at the desk.' } },
  },
}
