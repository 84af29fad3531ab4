import { describe, expect, it } from 'vitest'
import { claims, makeKey, setUp, start, ttl } from './access-tokens.ts'

describe('what is remembered of tokens', () => {
  it('is one entry for each that was good, however often it is shown', async () => {
    const { tokens } = await setUp()
    const { token } = tokens.sign(claims)
    for (const _ of [1, 2, 3]) expect(tokens.verify(token)).toEqual(claims)
    expect(tokens.remembered()).toBe(1)
  })

  it('is nothing of what was refused, for its signature, its claims or its time', async () => {
    const { tokens, forge, clock } = await setUp()
    const { token } = tokens.sign(claims)
    const early = forge({ payload: { iat: start / 1000 + 60 } })
    const bad = [token.replace(/.{87}$/, 'A$&').slice(0, -1), forge({ payload: { role: 'root' } }), early]
    for (const each of bad) expect(await tokens.verify(each)).toBeUndefined()
    clock.at = start + ttl * 1000
    expect(tokens.verify(token)).toBeUndefined()
    expect(tokens.remembered()).toBe(0)
  })

  it('counts for no longer than the token does, and no earlier', async () => {
    const { tokens, clock } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = start + ttl * 1000 - 1
    expect(tokens.verify(token)).toEqual(claims)
    clock.at = start + ttl * 1000
    expect(tokens.verify(token)).toBeUndefined()
    expect(tokens.verify(token, 60)).toEqual(claims)
    clock.at = start - 31_000
    expect(tokens.verify(token)).toBeUndefined()
  })

  it('goes with its key, when the token is shown again', async () => {
    const { tokens, keys, store } = await setUp()
    const { token } = tokens.sign(claims)
    expect(tokens.verify(token)).toEqual(claims)
    store.kept.splice(0, 1, await makeKey())
    await keys.reload()
    expect(await tokens.verify(token)).toBeUndefined()
    expect(tokens.remembered()).toBe(0)
  })
})
