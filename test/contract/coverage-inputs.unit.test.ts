import { describe, expect, it } from 'vitest'
import { declaredBy } from '../../contract/coverage/declared.ts'
import { createInputJudge, type Exchange } from '../../contract/coverage/inputs.ts'
import { document } from './made-up-contract.ts'

describe('an input', () => {
  const judge = createInputJudge(document)
  const [name, feed] = declaredBy(document).operations as [any, any]
  const refusal = (...fields: string[]) => ({ details: fields.map((field) => ({ field, message: '' })) })

  function shown(
    where: string,
    name: string,
    given: Omit<Partial<Exchange>, 'reply'>,
    reply: Partial<Exchange['reply']>,
  ) {
    const own = { in: 'header', name, field: name, schema: {} } as const
    const input = feed.inputs.find((each: any) => each.in === where && each.name === name) ?? own
    return judge('Rpc.Cats.feed', input, {
      path: '/cats:feed',
      sent: {},
      json: undefined,
      ...given,
      reply: { status: 200, headers: {}, body: {}, ...reply },
    })
  }

  it('is good where it went through, and shows nothing where the request failed or left it out', () => {
    expect(shown('body', 'grams', { json: { grams: 1 } }, {})).toBe('good')
    expect(shown('body', 'grams', { json: { grams: 1 } }, { status: 404 })).toBeUndefined()
    expect(shown('body', 'grams', { json: {} }, {})).toBeUndefined()
    expect(shown('body', 'grams', { json: null }, { status: 400, body: refusal('body') })).toBeUndefined()
    expect(shown('query', 'id', { path: '/cats:feed?id=7' }, {})).toBe('good')
  })

  it('is bad where it was refused on its own account', () => {
    const json = { grams: 'x' }
    expect(shown('body', 'grams', { json }, { status: 400, body: refusal('grams') })).toBe('bad')
    expect(shown('body', 'grams', { json }, { status: 400, body: refusal('action') })).toBeUndefined()
    expect(shown('body', 'grams', { json }, { status: 401 })).toBeUndefined()
    expect(shown('body', 'grams', { json: { grams: 1 } }, { status: 400, body: refusal('grams') })).toBeUndefined()
    expect(shown('query', 'id', { path: '/cats:feed?id=x' }, { status: 404 })).toBe('bad')
    expect(shown('query', 'id', { path: '/cats:feed?id=1&id=2' }, { status: 400, body: refusal('id') })).toBe('bad')
  })

  it('is a number in a query where it is written in digits, and only there', () => {
    const times = (text: string) => ({ path: `/cats:feed?times=${text}` })
    const refused = { status: 400, body: refusal('times') }
    expect(shown('query', 'times', times('7'), {})).toBe('good')
    for (const text of ['10', '7.0', '1e0', 'x', '']) expect(shown('query', 'times', times(text), refused)).toBe('bad')
    expect(shown('body', 'grams', { json: { grams: '7' } }, { status: 400, body: refusal('grams') })).toBe('bad')
  })

  it('is found in the middle of a path', () => {
    const [input] = name.inputs
    const judged = (path: string, status: number) =>
      judge('Rest.Cats.name', input, { path, sent: {}, json: undefined, reply: { status, headers: {}, body: {} } })
    expect(judged('/cats/%37/name?x=/a', 200)).toBe('good')
    expect(judged('/cats/name/name', 404)).toBe('bad')
    expect(judged('/cats/7/name', 404)).toBeUndefined()
  })

  it('is told apart by the shape of the body that it belongs to', () => {
    const given = { json: { action: 'meal' } }
    expect(shown('body', 'Meal.action', given, {})).toBe('good')
    expect(shown('body', 'Diet.action', given, {})).toBeUndefined()
    const wrong = { json: { action: 'nap' } }
    for (const name of ['Meal.action', 'Diet.action'])
      expect(shown('body', name, wrong, { status: 400, body: refusal('action') })).toBe('bad')
  })

  it.each<[string, string, object, string | undefined]>([
    ['Authorization', 'Bearer x', { status: 200 }, 'good'],
    ['Authorization', 'x', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }, 'bad'],
    ['Authorization', 'Bearer x', { status: 401, headers: { 'www-authenticate': 'Bearer' } }, undefined],
    ['Content-Type', 'text/plain', { status: 415 }, 'bad'],
    ['Content-Type', 'text/plain', { status: 413 }, undefined],
    ['X-Request-Id', 'mine', { headers: { 'x-request-id': 'mine' } }, 'good'],
    ['X-Request-Id', 'a b', { headers: { 'x-request-id': 'made' } }, 'bad'],
    ['Accept-Language', 'zh-CN', { headers: { 'content-language': 'zh' } }, 'good'],
    ['Accept-Language', 'fr', { headers: { 'content-language': 'en' } }, 'bad'],
    ['Accept-Language', 'fr', { headers: { 'content-language': 'zh' } }, undefined],
    ['Accept-Language', '*', { headers: { 'content-language': 'en' } }, undefined],
  ])('in the header %s: %s', (name, value, reply, expected) => {
    expect(shown('header', name, { sent: { [name.toLowerCase()]: value } }, reply)).toBe(expected)
  })
})
