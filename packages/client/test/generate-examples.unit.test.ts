import { describe, expect, it } from 'vitest'
import { bodyOf, type ContractDocument, type FailureAnswer, operationsOf } from '../../../contract/document.ts'
import { resolve } from '../../../contract/pointer.ts'
import * as generated from '../src/generated/examples.ts'
import { readDocument } from './compile.ts'

const document: any = readDocument()
const { failures, styles } = generated
const examples: any = generated.examples

const cases = operationsOf(document as ContractDocument).map((operation) => {
  const [namespace, ...names] = operation.operationId.split('.')
  return [operation.operationId, operation, names.join('.'), namespace?.toLowerCase() as keyof typeof styles] as const
})

describe('the examples', () => {
  it.each(cases)('show how %s succeeds, as the document does', (_, operation, id, style) => {
    const shown = examples[style][id]
    const { [shown.method.toLowerCase()]: found } = document.paths[shown.path]
    expect(found.operationId).toBe(operation.operationId)
    const documented = Object.entries(operation.responses)
      .filter(([status]) => Number(status) < 300)
      .flatMap(([status, response]) =>
        Object.entries(bodyOf(resolve(document, response) as any)?.[1].examples ?? {}).map(
          ([title, { value }]: any) => [title, { status: Number(status), body: value }],
        ),
      )
    expect(documented.length).toBeGreaterThan(0)
    expect(Object.entries(shown.answers)).toEqual(documented)
  })

  it.each(cases)('show why %s can fail, each code with its reasons', (_, operation, id, style) => {
    const codes: Record<string, readonly string[]> = examples[style][id].failures
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
    expect(styles).toEqual({
      rpc: { language: 'en', mediaType: 'application/json', repeats: {} },
      rest: { language: 'zh', mediaType: 'application/json', repeats: { path: 'path', method: 'method' } },
    })
    expect(failures.rest.username_taken.body).toMatchObject({ path: '/users', method: 'POST' })
  })
})
