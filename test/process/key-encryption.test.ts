import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { ask, cleanUp, type Janus, start, urlOf } from './janus.ts'

const password = 'correct horse battery'
let database: Awaited<ReturnType<typeof freshDatabase>>
let janus: Janus

beforeAll(async () => {
  database = await freshDatabase()
  janus = await start({
    DATABASE_URL: urlOf(database.connection),
    ADMIN_PASSWORD: password,
    KEY_ENCRYPTION_KEY: 'a passphrase of the installation',
  })
  await janus.url
})
afterAll(async () => {
  await cleanUp()
  await database.close()
})

describe('the signing key under KEY_ENCRYPTION_KEY', () => {
  it('does not lie in the database in the clear', async () => {
    const keys = await ask(database.connection, 'select private_key, public_key from signing_keys')
    expect(keys).toHaveLength(1)
    expect(keys[0].public_key).toContain('PUBLIC KEY')
    expect(keys[0].private_key).not.toContain('PRIVATE KEY')
    expect(keys[0].private_key).toMatch(/^scrypt-aes-256-gcm-1\./)
  })

  it('opens with the same passphrase, and with no other', async () => {
    const url = { DATABASE_URL: urlOf(database.connection) }
    const json = { username: 'admin', password }
    const { body } = await janus.call('POST', '/auth:login', { json })
    const same = await start({ ...url, KEY_ENCRYPTION_KEY: 'a passphrase of the installation' })
    expect((await same.call('GET', '/auth:me', { token: body.access_token })).status).toBe(200)
    await same.stop()
    for (const env of [url, { ...url, KEY_ENCRYPTION_KEY: 'another passphrase' }]) {
      const wrong = await start(env)
      expect(await wrong.ended).toEqual({ code: 1, signal: null })
      expect(wrong.stderr()).toContain('set KEY_ENCRYPTION_KEY')
      expect(wrong.stderr()).not.toContain('another passphrase')
    }
  })
})
