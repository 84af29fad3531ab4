import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../contract/diff/contracts.ts'
import { changed, released } from './diff/released.ts'
import { operationOf } from './diff/seed.ts'

const answer = (status: number, code: string) => ({ status, code, message: 'No.', request: 'POST /users' })
const row = (reason: string, rest?: object, rpc?: object) => ({
  ...{ reason, when: 'It is so.', todo: 'Do it otherwise.' },
  ...(rpc && { rpc }),
  ...(rest && { rest }),
})
const taken = row('email_taken', answer(409, 'AUTH_007'), answer(409, 'EMAIL_EXISTS'))
const broken = row('invalid_body', answer(400, 'AUTH_001'), answer(400, 'VALIDATION_ERROR'))
const lacking = row('missing_field', answer(400, 'AUTH_001'), answer(400, 'MISSING_REQUIRED_FIELD'))
const table = [taken, broken, lacking]
const id = 'Rest.Users.create'
const reasons = ['email_taken', 'invalid_body']

/** A contract with a table of failures, of which one operation names its own. */
const telling = (failures: object[], named: string[] = reasons, codes?: string[]) =>
  changed((contract) => {
    contract['x-failures'] = failures
    operationOf(contract, id)['x-failure-reasons'] = named
    if (codes) operationOf(contract, id)['x-error-codes'] = codes
  })
const codes: string[] = operationOf(released, id)['x-error-codes']

const before = telling(table)
const found = (after: object, from: object = before) =>
  compareContracts(from, after).map(({ at, rule, breaking }) => `${breaking ? '! ' : ''}${at} ${rule}`)

describe('the table of failures', () => {
  it('is prose where there was none, and so are the reasons of operations', () => {
    expect(found(before, released)).toEqual(['Contract failures prose-changed', `${id} reasons prose-changed`])
  })

  it('breaks clients where it goes', () => {
    expect(found(released)).toContain('! Contract failures failure-removed')
  })

  it.each<[string, object[], string[]]>([
    ['in another order', table.toReversed(), []],
    [
      'worded anew',
      [{ ...taken, when: 'Otherwise.' }, broken, lacking],
      ['Contract failures email_taken prose-changed'],
    ],
    [
      'with another sentence of a style',
      [{ ...taken, rest: { ...taken.rest, message: 'Nope.' } }, broken, lacking],
      ['Contract failures email_taken rest prose-changed'],
    ],
    [
      'with another code',
      [{ ...taken, rest: answer(409, 'AUTH_006') }, broken, lacking],
      ['! Contract failures failure-recoded'],
    ],
    [
      'with another status',
      [{ ...taken, rest: answer(422, 'AUTH_007') }, broken, lacking],
      ['! Contract failures failure-recoded'],
    ],
    [
      'with a reason renamed and told by another code',
      [row('address_taken', answer(409, 'AUTH_006'), taken.rpc), broken, lacking],
      ['! Contract failures failure-removed', 'Contract failures failure-added'],
    ],
    ['without a reason', [taken, broken], ['! Contract failures failure-removed']],
    ['with one more', [...table, row('gone', answer(410, 'AUTH_099'))], ['Contract failures failure-added']],
    [
      'without the answer of a style',
      [row('email_taken', undefined, taken.rpc), broken, lacking],
      ['! Contract failures failure-answer-removed'],
    ],
    [
      'with a word that nobody knows',
      [{ ...taken, severity: 'high' }, broken, lacking],
      ['! Contract failures email_taken unclassified'],
    ],
  ])('is told as it is: %s', (_, failures, differences) => {
    expect(found(telling(failures))).toEqual(differences)
  })

  it('may tell a reason in one style more', () => {
    const from = telling([row('email_taken', undefined, taken.rpc), broken, lacking])
    expect(found(before, from)).toEqual(['Contract failures failure-answer-added'])
  })

  it('is told in words that name reason, style and codes', () => {
    const after = telling([row('email_taken', answer(409, 'AUTH_006')), broken, lacking])
    expect(compareContracts(before, after).map(({ words }) => words)).toEqual([
      'the reason `email_taken` is no longer told in rpc',
      'the reason `email_taken` is told by `409 AUTH_006` instead of `409 AUTH_007` in rest',
    ])
  })
})

describe('the reasons of an operation', () => {
  it('differ harmlessly where clients meet the same codes', () => {
    expect(found(telling(table, [...reasons, 'missing_field']))).toEqual([`${id} reasons failure-reason-added`])
    expect(found(before, telling(table, [...reasons, 'missing_field']))).toEqual([
      `${id} reasons failure-reason-removed`,
    ])
  })

  it('are told by their codes where these come or go', () => {
    const without = codes.filter((code) => code !== 'AUTH_007')
    expect(found(telling(table, ['invalid_body'], without))).toEqual([`! ${id} codes error-code-removed`])
    expect(found(before, telling(table, ['invalid_body'], without))).toEqual([`! ${id} codes error-code-added`])
  })

  it('are told by the table where they come or go with it', () => {
    const after = telling([...table, row('foul', answer(400, 'AUTH_001'))], [...reasons, 'foul'])
    expect(found(after)).toEqual(['Contract failures failure-added'])
    expect(found(before, after)).toEqual(['! Contract failures failure-removed'])
  })

  it('have no order', () => {
    expect(found(telling(table, reasons.toReversed()))).toEqual([])
  })
})
