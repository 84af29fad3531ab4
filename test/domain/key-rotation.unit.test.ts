import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeKey } from '../../src/domain/sessions/key-material.ts'
import { openSigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { SigningKey } from '../../src/domain/sessions/store.ts'
import { createKeyStore, start, times } from './access-tokens.ts'

/**
 * A process with a key of a store, in which another then puts keys; with a passphrase, encrypted,
 * which takes its time.
 */
async function setUp(keyEncryptionKey?: string) {
  const clock = { at: start }
  const now = () => new Date(clock.at)
  const warnings: string[] = []
  const store = createKeyStore([await makeKey(keyEncryptionKey, now())])
  const open = () =>
    openSigningKeys({ ...times, store, keyEncryptionKey, now, warn: (line) => void warnings.push(line) })
  const first = store.kept[0] as SigningKey
  return {
    clock,
    store,
    warnings,
    open,
    first,
    /** Lets a key follow ten minutes later. */
    async follow(passphrase = keyEncryptionKey): Promise<SigningKey> {
      const signsFrom = new Date(clock.at + 600_000)
      const made = { ...(await makeKey(passphrase, now())), signsFrom }
      store.kept.splice(0, 1, { ...first, signsUntil: signsFrom }, made)
      store.epoch += 1
      return made
    },
  }
}

describe('the keys of a running process', () => {
  it('are read again for another epoch alone, once for all who ask', async () => {
    const { store, open, follow } = await setUp()
    const keys = await open()
    const { lists } = store
    expect(keys.follow(1)).toBeUndefined()
    const made = await follow()
    await Promise.all(Array.from({ length: 50 }, () => keys.follow(2)))
    expect(store.lists).toBe(lists + 1)
    expect(keys.find(made.kid)).toBe(made.publicKey)
    expect(keys.follow(2)).toBeUndefined()
  })

  it('are read once more where a reading was under way that may not have seen it', async () => {
    const { store, open, follow } = await setUp()
    const keys = await open()
    const { epoch } = store.signingKeys
    const held = Promise.withResolvers<void>()
    store.signingKeys.epoch = async () => {
      await held.promise
      return 1
    }
    const reading = keys.reload()
    const made = await follow()
    const waiting = keys.follow(2)
    store.signingKeys.epoch = epoch
    held.resolve()
    await Promise.all([reading, waiting])
    expect(keys.find(made.kid)).toBe(made.publicKey)
  })

  it('sign by the new one when its time has come, and drop the old one when its last token is dead', async () => {
    const { clock, open, follow, first } = await setUp()
    const keys = await open()
    const made = await follow()
    await keys.readyToSign(2)
    clock.at += 599_999
    expect(keys.current().kid).toBe(first.kid)
    clock.at += 1
    expect(keys.current().kid).toBe(made.kid)
    expect(keys.jwks().keys.map(({ kid }) => kid)).toEqual([made.kid, first.kid])
    clock.at = start + (600 + 3600 + 604_800 + 30) * 1000 - 1
    expect(keys.find(first.kid)).toBe(first.publicKey)
    clock.at += 1
    expect(keys.find(first.kid)).toBeUndefined()
    expect(keys.jwks().keys.map(({ kid }) => kid)).toEqual([made.kid])
  })

  it('do not wait for a decryption to verify, and wait for it to sign where no other can', async () => {
    const { store, open, first } = await setUp('open sesame')
    const keys = await open()
    const made = await makeKey('open sesame', new Date(start))
    store.kept.splice(0, 1, made)
    store.epoch += 1
    await keys.follow(2)
    expect([keys.find(first.kid), keys.find(made.kid)]).toEqual([undefined, made.publicKey])
    expect(() => keys.current()).toThrow('no signing key can be used')
    await keys.readyToSign(2)
    expect(keys.current().kid).toBe(made.kid)
  })

  it('wait rather than sign with an older one again, where the one that signed is retired', async () => {
    const { store, clock, open, follow, first } = await setUp('open sesame')
    const keys = await open()
    const leaked = await follow()
    clock.at += 600_000
    await keys.readyToSign(2)
    expect(keys.current().kid).toBe(leaked.kid)
    const spare = await makeKey('open sesame', new Date(clock.at))
    store.kept.splice(
      store.kept.findIndex(({ kid }) => kid === leaked.kid),
      1,
      spare,
    )
    store.epoch += 1
    await keys.readyToSign(store.epoch)
    expect(keys.current().kid).toBe(spare.kid)
    expect(keys.find(first.kid)).toBe(first.publicKey)
  })

  it('go on with the old one where the new one cannot be decrypted, and say so', async () => {
    const { clock, open, follow, first, warnings } = await setUp('open sesame')
    const keys = await open()
    const made = await follow('open barley')
    await keys.follow(2)
    while (warnings.length === 0) await delay(10)
    clock.at += 600_000
    expect(keys.current().kid).toBe(first.kid)
    expect(keys.find(made.kid)).toBe(made.publicKey)
    expect(warnings).toEqual([
      expect.stringMatching(`^signing key ${made.kid} cannot be decrypted .*KEY_ENCRYPTION_KEY`),
    ])
    await expect(open()).rejects.toThrow('cannot be decrypted')
  })

  it('sign at once by a first one that a clock ahead of ours has made', async () => {
    const { clock, open, first } = await setUp()
    clock.at -= 20_000
    expect((await open()).current().kid).toBe(first.kid)
  })

  it('are looked for at most once a second where no session asks, and without the store not at all', async () => {
    const { clock, store, open, follow } = await setUp()
    const keys = await open()
    const made = await follow()
    await Promise.all([keys.look(), keys.look()])
    expect(keys.find(made.kid)).toBe(made.publicKey)
    store.epoch += 1
    const { lists } = store
    clock.at += 999
    await keys.look()
    expect(store.lists).toBe(lists)
    clock.at += 1
    await keys.look()
    expect(store.lists).toBe(lists + 1)

    clock.at += 1000
    store.signingKeys.epoch = () => Promise.reject(new Error('no connection'))
    await keys.look()
    clock.at += 1000
    store.signingKeys.epoch = () => new Promise(() => {})
    await keys.look()
    expect(keys.jwks().keys).toHaveLength(2)
  })
})
