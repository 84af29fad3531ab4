import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldsOf, outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string

beforeAll(async () => {
  service = await startService()
  token = (await service.as('admin')).token
})
afterAll(() => service.close())

describe.each([
  { style: 'RPC', path: '/audit:list', invalid: '400 VALIDATION_ERROR' },
  { style: 'REST', path: '/audit', invalid: '400 USER_002' },
])('the audit trail in the $style style', ({ path, invalid }) => {
  it.each([
    ['limit', '0'],
    ['limit', '1000000000'],
    ['limit', 'ten'],
    ['after', '-1'],
    ['after', '1.5'],
    ['after', '9'.repeat(40)],
    ['after', ''],
    ['actor', 'x'],
    ['actor', ''],
    ['actor', '0'.repeat(25)],
    ['target', 'me'],
    ['target', '%00'],
    ['action', 'user_promoted'],
    ['action', '__proto__'],
    ['from', 'yesterday'],
    ['from', '2026-13-01T00:00:00Z'],
    ['to', '2026-01-01'],
    ['to', '%00'],
  ])('refuses %s=%s, and says which', async (name, value) => {
    const reply = await service.call('GET', `${path}?${name}=${value}`, { token })
    expect(outcome(reply)).toBe(invalid)
    expect(fieldsOf(reply)).toEqual([name])
  })

  it('names one problem for each parameter, all at once', async () => {
    const reply = await service.call('GET', `${path}?limit=0&actor=x&action=none&unknown=1`, { token })
    expect(fieldsOf(reply).toSorted()).toEqual(['action', 'actor', 'limit', 'unknown'])
  })
})
