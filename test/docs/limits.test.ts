import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import { type Service, startService } from '../support/service.ts'
import { partOf, textOf } from './text.ts'

let service: Service
let page: string

beforeAll(async () => {
  service = await startService()
  page = await (await fetch(`${service.url}/docs/limits`)).text()
})
afterAll(() => service.close())

describe('the limits', () => {
  it('have every named value with its bounds, and every header', () => {
    for (const [name, schema] of Object.entries<any>(contract.components.schemas)) {
      if (schema.properties || schema.oneOf || schema.anyOf) continue
      const entry = partOf(page, 'li', name)
      for (const bound of [schema.minLength, schema.maxLength, schema.maximum].filter(Boolean))
        expect(entry, name).toContain(String(bound))
    }
    for (const name of [...Object.keys(contract.components.headers), 'Location']) partOf(page, 'li', `header-${name}`)
  })

  it('are those that the service is configured with', async () => {
    const strict = await startService({
      accessTokenTtl: 90,
      refreshTokenTtl: 7200,
      rateLimitPerMinute: 33,
      loginAttempts: 0,
      bodyLimit: 2048,
    })
    const own = textOf(await (await fetch(`${strict.url}/docs/limits`)).text())
    for (const words of ['90 seconds', '2 hours', '33 a minute', 'no limit', '2 KiB']) expect(own).toContain(words)
    await strict.close()
  })
})
