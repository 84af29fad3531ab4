import { type KeyObject, sign } from 'node:crypto'
import { expect } from 'vitest'
import { outcome } from '../support/outcome.ts'
import type { Service } from '../support/service.ts'

/** What both styles answer to an `Authorization` header, for reads and writes alike. */
export async function answersTo(service: Service, authorization: string | undefined): Promise<string[]> {
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization }
  const replies = [
    await service.call('GET', '/users:list', { headers }),
    await service.call('POST', '/users:create', { headers, json: {} }),
    await service.call('GET', '/users', { headers }),
    await service.call('PATCH', '/auth/profile', { headers, json: {} }),
  ]
  for (const { status, headers: got } of replies)
    if (status === 401) expect(got['www-authenticate']).toMatch(/^Bearer( error="invalid_token")?$/)
  return [...new Set(replies.map(outcome))]
}

export const missing = ['401 UNAUTHORIZED', '401 AUTH_003']
export const malformed = ['401 UNAUTHORIZED', '401 AUTH_004']
export const invalid = ['401 INVALID_TOKEN', '401 AUTH_003']
export const revoked = ['401 TOKEN_REVOKED', '401 AUTH_003']

export const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())

/** A token with these changes to header and claims, well signed by `key`. */
export function forgeFrom(token: string, header: object, claims: object, key: string | KeyObject): string {
  const [ownHeader = '', ownClaims = ''] = token.split('.')
  const body = `${base64url({ ...read(ownHeader), ...header })}.${base64url({ ...read(ownClaims), ...claims })}`
  return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`
}
