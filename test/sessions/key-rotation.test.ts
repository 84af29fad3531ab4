import { createRemoteJWKSet, customFetch, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createExecute } from '../../src/domain/command.ts'
import { retireKey, rotateKeys } from '../../src/domain/sessions/key-commands.ts'
import { makeKey } from '../../src/domain/sessions/key-material.ts'
import { freshDatabase } from '../support/database.ts'
import { password, type Service, settings, startService } from '../support/service.ts'
import { clientsOf, type StyleName } from './styles.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let services: [Service, Service]

beforeEach(async () => {
  home = await freshDatabase()
  services = [
    await startService({ connection: home.connection }),
    // Beside the first, as another process.
    await startService({ connection: home.connection }),
  ]
})
afterEach(async () => {
  for (const service of services) await service.close()
  await home.close()
})

const by = { requestId: 'test', address: '', userAgent: undefined, operator: true } as const
const advance = (seconds: number) => {
  for (const { clock } of services) clock.advance(seconds)
}
function operate() {
  const [{ store, clock }] = services
  const events: object[] = []
  const execute = createExecute({ store, now: clock.now, publish: (event) => void events.push(event) })
  const made = () => makeKey(undefined, clock.now())
  return {
    events,
    rotate: async () => execute(rotateKeys(by, await made(), settings)),
    retire: async (kid: string) => execute(retireKey(by, kid, await made(), settings)),
  }
}
const kidOf = (token: string) => decodeProtectedHeader(token).kid as string
/** What another service verifies with, and how often it has asked for the keys. */
function verifierOf({ url, clock }: Service) {
  const verifier = { asked: 0, verify: (token: string) => jwtVerify(token, keys, { currentDate: clock.now() }) }
  const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`), {
    [customFetch]: (...given: Parameters<typeof fetch>) => {
      verifier.asked += 1
      return fetch(...given)
    },
  })
  return verifier
}

describe.each<[StyleName, string]>([
  ['RPC', 'INVALID_TOKEN'],
  ['REST', 'AUTH_003'],
])('tokens of the %s style', (style, invalid) => {
  const clients = () => services.map((service) => clientsOf(service)[style]) as [Client, Client]
  type Client = ReturnType<typeof clientsOf>[StyleName]

  it('outlive a rotation; those of the new key come after ten minutes, and are known to who looked before', async () => {
    const [one, other] = clients()
    const { username } = await services[0].makeUser()
    const old = await one.login(username, password)
    const { rotate, events } = operate()
    const { kid } = await rotate()
    expect(events).toEqual([expect.objectContaining({ event: 'key_rotated', kid, callerId: null })])
    advance(1)
    const elsewhere = verifierOf(services[1])
    await elsewhere.verify(old.access)
    advance(598)
    expect(kidOf((await other.login(username, password)).access)).toBe(kidOf(old.access))
    advance(1)
    const young = [await one.login(username, password), await other.refresh(old.refresh)]
    for (const { access } of young) {
      expect(kidOf(access)).toBe(kid)
      await elsewhere.verify(access)
      for (const client of [one, other]) expect((await client.whoami(access)).status).toBe(200)
    }
    expect(elsewhere.asked).toBe(1)
    for (const client of [one, other]) expect((await client.whoami(old.access)).status).toBe(200)
  })

  it('end with their key, at the next request to any process, also those that it remembers', async () => {
    const [one, other] = clients()
    const { username } = await services[0].makeUser()
    const token = await one.login(username, password)
    for (const client of [one, other]) expect((await client.whoami(token.access)).status).toBe(200)
    const { retire, events } = operate()
    await retire(kidOf(token.access))
    expect(events).toEqual([expect.objectContaining({ event: 'key_retired', kid: kidOf(token.access) })])
    for (const client of [other, one]) {
      expect(await client.whoami(token.access)).toEqual({ status: 401, code: invalid })
      expect(await client.whoami(token.access)).toEqual({ status: 401, code: invalid })
    }
    const next = await other.refresh(token.refresh)
    expect(kidOf(next.access)).not.toBe(kidOf(token.access))
    for (const client of [one, other]) expect((await client.whoami(next.access)).status).toBe(200)
  })

  it('are signed by the key that is left, also where nobody has called since', async () => {
    const [one, other] = clients()
    const { username } = await services[0].makeUser()
    const token = await one.login(username, password)
    await operate().retire(kidOf(token.access))
    const { access } = await other.login(username, password)
    expect(kidOf(access)).not.toBe(kidOf(token.access))
    expect((await one.whoami(access)).status).toBe(200)
  })
})

describe('a key that follows', () => {
  it('is read once by each process, and costs no round trip from then on', async () => {
    const [service, other] = services
    const { token } = await service.as('admin')
    await service.call('GET', '/auth:me', { token })
    await operate().rotate()
    const trips: string[][] = []
    const stop = other.sql.observe((steps) => trips.push(steps.map(({ text }) => text)))
    const ask = () => other.call('GET', '/auth:me', { token })
    await ask()
    expect(trips).toHaveLength(3)
    expect(trips.slice(1).join()).toMatch(/signing_key_epoch.*signing_keys/)
    trips.splice(0)
    await ask()
    expect(trips).toHaveLength(1)
    stop()
  })

  it('stands in JWKS of every process within a second, and the one before until its last token is dead', async () => {
    const kids = async (service: Service) =>
      (await service.call('GET', '/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid)
    const [first] = await kids(services[0])
    const { kid } = await operate().rotate()
    advance(1)
    for (const service of services) expect(await kids(service)).toEqual([kid, first])
    advance(600 + settings.accessTokenTtl + settings.refreshTokenTtl)
    for (const service of services) expect(await kids(service)).toEqual([kid, first])
    advance(31)
    for (const service of services) expect(await kids(service)).toEqual([kid])
    await operate().rotate()
    expect((await services[0].store.signingKeys.list()).map((key) => key.kid)).not.toContain(first)
  })

  it('signs at once where the version before has made it, which knows of no waiting', async () => {
    const [service, other] = services
    const { token, user } = await service.as('user')
    const { kid, publicKey, privateKey, createdAt } = await makeKey(undefined, service.clock.now())
    await service
      .knex('signing_keys')
      .insert({ kid, public_key: publicKey, private_key: privateKey, created_at: createdAt })
    await other.call('GET', '/auth:me', { token })
    expect(kidOf((await other.login(user.username)).access_token)).toBe(kid)
    expect((await service.call('GET', '/auth:me', { token })).status).toBe(200)
  })
})
