import { createPublicKey, verify as rawVerify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { claims, makeKey, setUp, start, ttl } from './access-tokens.ts'

describe('an access token', () => {
  it('gives back what was signed, at once', async () => {
    const { tokens } = await setUp()
    expect(tokens.verify(tokens.sign(claims).token)).toEqual(claims)
  })

  it('is a JWT of the access token profile', async () => {
    const { tokens, header, payload } = await setUp()
    const [head = '', body = ''] = tokens.sign(claims).token.split('.')
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual(header)
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual(payload)
  })

  it('lives its time in whole seconds, and not a millisecond longer, also from the cache', async () => {
    const { clock, tokens } = await setUp()
    clock.at += 789
    const { token, expiresAt } = tokens.sign(claims)
    expect(expiresAt).toEqual(new Date(start + ttl * 1000))
    expect(tokens.verify(token)).toEqual(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = expiresAt.getTime() - 1
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = expiresAt.getTime()
    expect(tokens.verify(token)).toBeUndefined()
  })

  it('is refused until its time, also from the cache, but for clocks that differ a little', async () => {
    const { clock, tokens } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = start - 30_000
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = start - 30_001
    expect(tokens.verify(token)).toBeUndefined()
  })

  it('still counts for so long after its end as it is asked with, and not a millisecond longer', async () => {
    const { clock, tokens } = await setUp()
    const { token, expiresAt } = tokens.sign(claims)
    clock.at = expiresAt.getTime() + 59_999
    expect([tokens.verify(token, 60), tokens.verify(token)]).toEqual([claims, undefined])
    clock.at += 1
    expect(tokens.verify(token, 60)).toBeUndefined()
  })

  it('of tomorrow, made while the clock was a day ahead, is none', async () => {
    const { clock, tokens } = await setUp()
    clock.at += 86_400_000
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at -= 86_400_000
    expect([tokens.verify(token), tokens.verify(token, 604_800)]).toEqual([undefined, undefined])
  })

  it('can be verified with the published key alone', async () => {
    const { tokens, keys } = await setUp()
    const { token } = tokens.sign(claims)
    const [key] = keys.jwks().keys
    const [head, body, signature = ''] = token.split('.')
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' })
    expect(rawVerify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  })
})

describe('the cache', () => {
  it('gives each caller claims of its own', async () => {
    const { tokens } = await setUp()
    const { token } = tokens.sign(claims)
    Object.assign((await tokens.verify(token)) ?? {}, { role: 'super_admin' })
    expect(tokens.verify(token)).toEqual(claims)
  })

  it('forgets a key together with the tokens that were verified by it', async () => {
    const { tokens, keys, store } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    store.kept.splice(0, 1, await makeKey())
    await keys.reload()
    expect(await tokens.verify(token)).toBeUndefined()
    expect(tokens.verify(tokens.sign(claims).token)).toEqual(claims)
  })

  it('never answers for another key under the same kid', async () => {
    const { tokens, keys, store } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    const { kid } = keys.current()
    store.kept.splice(0, 1, { ...(await makeKey(start - 1)), kid }, await makeKey())
    await keys.reload()
    expect(tokens.verify(token)).toBeUndefined()
  })
})

describe('a token of a key that another instance made', () => {
  async function withOtherKey() {
    const world = await setUp()
    const key = await makeKey(start + 1)
    const token = world.forge({ header: { kid: key.kid }, key: key.privateKey })
    return { ...world, key, token }
  }

  it('is verified after one look into the store, and from then on at once', async () => {
    const { tokens, store, key, token } = await withOtherKey()
    store.kept.push(key)
    const { lists } = store
    expect(await Promise.all([tokens.verify(token), tokens.verify(token)])).toEqual([claims, claims])
    expect(tokens.verify(token)).toEqual(claims)
    expect(store.lists).toBe(lists + 1)
  })

  it('costs one look in 10 seconds, however many kids are made up', async () => {
    const { tokens, store, clock, key, token, forge } = await withOtherKey()
    const { lists } = store
    for (let count = 0; count < 100; count++) {
      expect(await tokens.verify(forge({ header: { kid: `made-up-${count}` } }))).toBeUndefined()
    }
    expect(store.lists).toBe(lists + 1)
    store.kept.push(key)
    clock.at += 9_999
    expect(await tokens.verify(token)).toBeUndefined()
    expect(store.lists).toBe(lists + 1)
    clock.at += 1
    expect(await tokens.verify(token)).toEqual(claims)
    expect(store.lists).toBe(lists + 2)
  })

  it('is looked for again when the clock was set back', async () => {
    const { tokens, store, clock, key, token, forge } = await withOtherKey()
    await tokens.verify(forge({ header: { kid: 'made-up' } }))
    store.kept.push(key)
    clock.at -= 20_000
    expect(await tokens.verify(token)).toEqual(claims)
  })

  it('is no bad token while the store fails: the failure is told', async () => {
    const { tokens, store, clock, key, token, keys } = await withOtherKey()
    const { list } = store.signingKeys
    store.signingKeys.list = () => Promise.reject(new Error('no connection'))
    await expect(Promise.resolve(tokens.verify(token))).rejects.toThrow('no connection')
    await expect(keys.reload()).rejects.toThrow('no connection')
    expect(tokens.verify(tokens.sign(claims).token)).toEqual(claims)
    store.signingKeys.list = list
    store.kept.push(key)
    clock.at += 10_000
    expect(await tokens.verify(token)).toEqual(claims)
    expect(keys.current().kid).toBe(key.kid)
  })

  it('leaves the tokens of the older key alive', async () => {
    const { tokens, store, key, keys, clock } = await withOtherKey()
    const older = tokens.sign(claims).token
    store.kept.push(key)
    await keys.reload()
    clock.at = start + 1
    const newer = tokens.sign(claims).token
    expect(newer.split('.')[0]).not.toBe(older.split('.')[0])
    expect([tokens.verify(older), tokens.verify(newer)]).toEqual([claims, claims])
  })
})
