import bcrypt from 'bcrypt'
import { describe, expect, it } from 'vitest'
import type { PasswordWeakness } from '../../src/domain/errors.ts'
import { createPasswords } from '../../src/domain/passwords/password.ts'

const cost = 4
const passwords = createPasswords({ cost, queue: 16 })
const weakly = (weakness: PasswordWeakness) =>
  expect.objectContaining({ name: 'DomainError', reason: 'weak_password', facts: { weakness } })

describe('checking a password', () => {
  const owner = { username: 'Ada.Lovelace', email: 'countess.ada@example.com' }

  it.each([
    ['of 8 characters', 'xq7#Lm2p'],
    ['of 128 characters that take 512 bytes', '🦉'.repeat(128)],
    ['of 8 characters outside the basic plane', '🦉🦊🐻🐼🐨🐯🦁🐮'],
    ['of lower-case words alone', 'correct horse battery staple'],
    ['of blanks and line breaks', 'password\n12345678'],
    ['that the API documents show (1)', 'UserPass123#'],
    ['that the API documents show (2)', 'Password123!'],
    ['that the API documents show (3)', 'NewSecurePassword123#'],
    ['that merely contains the username', 'ada.lovelace-1815'],
    ['that is a line of the head of the list of common passwords', '# MIT licence.'],
  ])('accepts one %s', (_, password) => {
    expect(() => passwords.check(password, owner)).not.toThrow()
  })

  it.each<[string, string, PasswordWeakness]>([
    ['of 7 characters', 'xq7#Lm2', 'too_short'],
    ['of 7 characters that are 14 UTF-16 units', '🦉'.repeat(7), 'too_short'],
    ['of 7 characters once composed', 'e\u0301xq7#Lm'.normalize('NFD'), 'too_short'],
    ['of 129 characters', 'x'.repeat(129), 'too_long'],
    ['with a lone surrogate', 'xq7#Lm2p\ud800', 'not_unicode'],
    ['that is common', 'iloveyou', 'common'],
    ['that is common but for its case', 'SunShine', 'common'],
    ['that is the username', 'ada.LOVELACE', 'contains_identity'],
    ['that is the local part of the email', 'Countess.Ada', 'contains_identity'],
  ])('refuses one %s', (_, password, weakness) => {
    expect(() => passwords.check(password, owner)).toThrow(weakly(weakness))
  })

  it('holds the first administrator to length and well-formedness alone', () => {
    expect(() => passwords.checkLength('password')).not.toThrow()
    expect(() => passwords.checkLength('pass')).toThrow(weakly('too_short'))
    expect(() => passwords.checkLength('x'.repeat(129))).toThrow(weakly('too_long'))
    expect(() => passwords.checkLength('password\udfff')).toThrow(weakly('not_unicode'))
  })
})

describe('hashing a password', () => {
  it('names the scheme and cost, salts, and verifies', async () => {
    const [one, other] = await Promise.all([passwords.hash('xq7#Lm2p'), passwords.hash('xq7#Lm2p')])
    expect(one).toMatch(/^bcrypt-hmac-sha384\$2b\$04\$[./A-Za-z0-9]{53}$/)
    expect(other).not.toBe(one)
    expect(await passwords.verify('xq7#Lm2p', one)).toBe(true)
    expect(await passwords.verify('xq7#Lm2P', one)).toBe(false)
  })

  it('cuts nothing at the 72 bytes of bcrypt', async () => {
    const hash = await passwords.hash(`${'x'.repeat(100)}a`)
    expect(await passwords.verify(`${'x'.repeat(100)}a`, hash)).toBe(true)
    expect(await passwords.verify(`${'x'.repeat(100)}b`, hash)).toBe(false)
  })

  it('takes composed and decomposed characters for the same', async () => {
    const hash = await passwords.hash('caf\u00e9 cr\u00e8me')
    expect(await passwords.verify('cafe\u0301 cre\u0300me', hash)).toBe(true)
  })

  it('neither ends nor repeats a password at a NUL', async () => {
    const hash = await passwords.hash('secret 1')
    expect(await passwords.verify('secret 1\0', hash)).toBe(false)
    expect(await passwords.verify('secret 1\0secret 1', hash)).toBe(false)
  })

  it('refuses text that could never be verified', async () => {
    await expect(passwords.hash('password\ud800')).rejects.toThrow(weakly('not_unicode'))
    await expect(passwords.hash('x'.repeat(1025))).rejects.toThrow(weakly('too_long'))
  })

  it('refuses a cost whose hashes it would not verify', () => {
    for (const wrong of [3, 16, 12.5, Number.NaN]) {
      expect(() => createPasswords({ cost: wrong, queue: 1 })).toThrow(RangeError)
    }
  })
})

describe('verifying against a hash of another system', () => {
  it.each(['2a', '2b', '2y'])('knows plain $%s$', async (version) => {
    const hash = (await bcrypt.hash('old password', 4)).replace('$2b$', `$${version}$`)
    expect(await passwords.verify('old password', hash)).toBe(true)
    expect(await passwords.verify('Old password', hash)).toBe(false)
  })

  it('knows one made elsewhere', async () => {
    // From the test vectors of crypt_blowfish.
    const hash = '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
    expect(await passwords.verify('U*U', hash)).toBe(true)
  })

  it('never matches a password over 72 bytes, of which bcrypt would see the beginning alone', async () => {
    const hash = await bcrypt.hash('é'.repeat(36), 4)
    expect(await passwords.verify('é'.repeat(36), hash)).toBe(true)
    expect(await passwords.verify(`${'é'.repeat(36)}x`, hash)).toBe(false)
  })

  it('never matches a repetition with a NUL between, which bcrypt takes for the same', async () => {
    const hash = await bcrypt.hash('secret 1', 4)
    expect(await bcrypt.compare('secret 1\0secret 1', hash)).toBe(true)
    expect(await passwords.verify('secret 1\0secret 1', hash)).toBe(false)
  })

  it.each([
    ['no hash', null],
    ['an empty hash', ''],
    ['an unknown scheme', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g'],
    ['a cost that would hold a thread for days', `$2b$31$${'.'.repeat(53)}`],
    ['a cost of 16', `bcrypt-hmac-sha384$2b$16$${'.'.repeat(53)}`],
    ['a cost below bcrypt’s least', `$2b$03$${'.'.repeat(53)}`],
    ['a hash that was cut', '$2b$04$abcdefghijklmnopqrstuv'],
    ['the text of a password', 'xq7#Lm2p'],
  ])('matches nothing to %s', async (_, hash) => {
    expect(await passwords.verify('xq7#Lm2p', hash)).toBe(false)
    expect(await passwords.verify('', hash)).toBe(false)
  })

  it('matches no ill-formed and no endless password', async () => {
    const hash = await passwords.hash('xq7#Lm2p\ufffd')
    expect(await passwords.verify('xq7#Lm2p\ud800', hash)).toBe(false)
    expect(await passwords.verify('x'.repeat(1025), await bcrypt.hash('x'.repeat(1025), 4))).toBe(false)
  })
})

describe('an outdated hash', () => {
  it('is one of another scheme or cost, higher or lower', async () => {
    const hash = await passwords.hash('xq7#Lm2p')
    expect(passwords.isOutdated(hash)).toBe(false)
    expect(createPasswords({ cost: 5, queue: 0 }).isOutdated(hash)).toBe(true)
    expect(passwords.isOutdated(hash.replace('$04$', '$05$'))).toBe(true)
    expect(passwords.isOutdated(await bcrypt.hash('xq7#Lm2p', 6))).toBe(true)
    expect(passwords.isOutdated('$argon2id$…')).toBe(true)
  })
})
