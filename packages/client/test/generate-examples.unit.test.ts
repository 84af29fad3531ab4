import { describe, expect, it } from 'vitest'
import { bodyOf, type ContractDocument, type FailureAnswer, operationsOf } from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import * as generated from '../src/generated/examples.ts'
import { readDocument } from './compile.ts'

const document: any = readDocument()
const { failures, styles } = generated

/** `create` of `Users.create`. */
const at = (style: keyof typeof styles, id: string): any => {
  const [group = '', name = ''] = id.split('.')
  return (generated.examples as any)[style][group.toLowerCase()][name]
}

const cases = operationsOf(document as ContractDocument).map((operation) => {
  const [namespace, ...names] = operation.operationId.split('.')
  return [operation.operationId, operation, names.join('.'), namespace?.toLowerCase() as keyof typeof styles] as const
})

describe('the examples', () => {
  it.each(cases)('show how %s succeeds, as the document does', (_, operation, id, style) => {
    const shown = at(style, id)
    const { [shown.method.toLowerCase()]: found } = document.paths[shown.path]
    expect(found.operationId).toBe(operation.operationId)
    const documented = Object.entries(operation.responses)
      .filter(([status]) => Number(status) < 300)
      .flatMap(([status, response]) =>
        Object.entries(bodyOf(resolve(document, response) as any)?.[1].examples ?? {}).map(
          ([title, { value }]: any) => [title, expect.objectContaining({ status: Number(status), body: value })],
        ),
      )
    expect(documented.length).toBeGreaterThan(0)
    expect(Object.entries(shown.answers)).toEqual(documented)
  })

  it('show where a creation was put, and how a list goes on', () => {
    expect(at('rpc', 'Users.create').answers['Create New User'].headers.Location).toMatch(/^\/users:get\?id=/)
    expect(at('rpc', 'Users.list').paging).toEqual({ parameter: 'after', items: 'users', next: 'next_cursor' })
    expect(at('rest', 'Users.list').paging).toMatchObject({ next: 'pagination.nextCursor', page: 'page' })
  })

  it.each(cases)('show why %s can fail, each code with its reasons', (_, operation, id, style) => {
    const codes: Record<string, readonly string[]> = at(style, id).failures
    expect(Object.keys(codes)).toEqual(operation['x-error-codes'])
    expect(Object.values(codes).flat().toSorted()).toEqual(operation['x-failure-reasons'].toSorted())
    for (const [code, reasons] of Object.entries(codes))
      for (const reason of reasons) expect((failures[style] as any)[reason].code).toBe(code)
  })
})

describe.each(Object.keys(document['x-styles']) as (keyof typeof styles)[])('the failures of %s', (style) => {
  it('are those that the document shows, by their reasons', () => {
    const rows = document['x-failures'].filter((row: any) => style in row)
    expect(Object.keys(failures[style])).toEqual(rows.map(({ reason }: any) => reason))
    for (const row of rows) {
      const { status, code, body } = (failures[style] as any)[row.reason]
      expect({ status, code }).toEqual({
        status: (row[style] as FailureAnswer).status,
        code: (row[style] as FailureAnswer).code,
      })
      expect(JSON.stringify(body)).toContain(JSON.stringify((row[style] as FailureAnswer).message))
    }
  })

  it('say when to come again, where the service does', () => {
    const asked = Object.values<generated.ExampleFailure>(failures[style]).filter(
      ({ headers }) => 'Retry-After' in headers,
    )
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([429, 503]))
    for (const { headers } of asked) expect(headers).toEqual({ 'Retry-After': '1' })
  })
})

describe('the styles', () => {
  it('say in which language they answer, and where a failure repeats its request', () => {
    const headers = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', Vary: 'Accept-Language' }
    const mediaType = 'application/json'
    expect(styles).toEqual({
      rpc: { headers: { ...headers, 'Content-Language': 'en' }, mediaType, repeats: {} },
      rest: {
        headers: { ...headers, 'Content-Language': 'zh' },
        mediaType,
        repeats: { path: 'path', method: 'method' },
      },
    })
    expect(failures.rest.username_taken.body).toMatchObject({ path: '/users', method: 'POST' })
  })
})
