import { describe, expect, it } from 'vitest'
import { createSchemaCheck } from '../../contract/coverage/schemas.ts'
import { shownByAnswer } from '../../contract/coverage/shown.ts'

const document = {
  components: {
    responses: {
      Found: {
        headers: { Vary: { $ref: '#/components/headers/Vary' }, Age: { schema: { type: 'integer', examples: [1] } } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Cat' } } },
      },
    },
    headers: { Vary: { schema: { enum: ['Origin', 'Accept'], examples: ['Accept'] } } },
    schemas: {
      Cat: {
        properties: {
          name: { $ref: '#/components/schemas/Name' },
          'a/b': { type: 'boolean', examples: [true] },
          friends: { type: 'array', items: { $ref: '#/components/schemas/Name' } },
          meal: { anyOf: [{ $ref: '#/components/schemas/Meal' }, { type: 'null' }] },
          does: { oneOf: [{ $ref: '#/components/schemas/Eats' }, { $ref: '#/components/schemas/Naps' }] },
        },
      },
      Name: { type: 'string', examples: ['Tom'] },
      Meal: { type: 'string', examples: ['fish'] },
      Eats: { required: ['eats'], properties: { eats: { enum: ['fish', 'rice'], examples: ['fish'] } } },
      Naps: { required: ['naps'], properties: { naps: { enum: ['long'], examples: ['long'] } } },
    },
  },
}
const check = createSchemaCheck(document)

function shown(body: unknown, headers: Record<string, string> = {}) {
  const answer = { headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body }
  const response = '/components/responses/Found'
  return shownByAnswer(document, response, answer, (schema, value) => check(schema, value).length === 0)
}

const name = '/components/schemas/Name/examples/0'
const eats = '/components/schemas/Eats/properties/eats/examples/0'

describe('an example of a type', () => {
  it('is borne out by any value that was answered at the type', () => {
    expect(shown({ name: 'Kit' })).toEqual([name])
    expect(shown({ friends: ['Kit'] })).toEqual([name])
    expect(shown({ friends: [] })).toEqual([])
    expect(shown({ other: 'Tom' })).toEqual([])
    expect(shown({ meal: 'rice' })).toEqual(['/components/schemas/Meal/examples/0'])
    expect(shown({ meal: null })).toEqual([])
  })

  it('that has few values is borne out by that one alone', () => {
    expect(shown({ 'a/b': true })).toEqual(['/components/schemas/Cat/properties/a~1b/examples/0'])
    expect(shown({ 'a/b': false })).toEqual([])
    expect(shown({ does: { eats: 'fish' } })).toEqual([eats])
    expect(shown({ does: { eats: 'rice' } })).toEqual([])
  })

  it('of a shape is borne out by an answer of that shape', () => {
    expect(shown({ does: { naps: 'long' } })).toEqual(['/components/schemas/Naps/properties/naps/examples/0'])
    expect(shown({ does: { naps: 'long', eats: 'grass' } })).not.toContain(eats)
  })

  it('may be that of a header', () => {
    expect(shown(undefined, { vary: 'Accept' })).toEqual(['/components/headers/Vary/schema/examples/0'])
    expect(shown(undefined, { vary: 'Origin' })).toEqual([])
    expect(shown(undefined, { age: '7' })).toEqual(['/components/responses/Found/headers/Age/schema/examples/0'])
  })
})
