import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breachesOf, fieldsOf, outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let token: string
let id: string

beforeAll(async () => {
  service = await startService({ loginAttempts: 0 })
  token = (await service.as('admin')).token
  id = (await service.makeUser()).id
})
afterAll(() => service.close())

let made = 0
const draft = () => {
  const name = `draft-${++made}`
  return { username: name, email: `${name}@example.com`, password: 'long enough to pass' }
}
const createRpc = (given: object) =>
  service.call('POST', '/users:create', { token, json: { ...draft(), role: 'user', ...given } })
const createRest = (given: object) => service.call('POST', '/users', { token, json: { ...draft(), ...given } })
const rename = (fullName: string) => service.call('PATCH', `/users/${id}`, { token, json: { fullName } })

describe('a full name', () => {
  it.each([
    ['emoji with joiners', '👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈'],
    ['right-to-left with marks', '\u200fמשה \u202bאבג\u202c'],
    ['Arabic', 'محمد عبد الله'],
    ['Devanagari with a joiner', 'क्‍ष'],
    ['Chinese beyond the basic plane', '𠮷野家 𩸽'],
    ['what HTML and SQL would take for theirs', `<b>O'Brien</b> "; drop table users; -- \\ %_ $1 \${x}`],
    ['a hundred emoji', '😀'.repeat(100)],
    ['one emoji of four joined', '👨‍👩‍👧‍👦'],
    ['flags, of regions and of tags', '🇨🇳 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['a keycap', '1\ufe0f\u20e3'],
    ['Persian with a non-joiner', 'می\u200cخواهم'],
    ['Hangul syllables and letters', '한글 ᄒ\u1160'],
    ['one letter among invisible ones', '\u200b\u2060x\u3164'],
    ['a question mark', '?'],
    ['nothing', ''],
  ])('keeps %s', async (_, fullName) => {
    const reply = await rename(fullName)
    expect(outcome(reply)).toBe('200')
    expect(reply.body.data.fullName).toBe(fullName)
    expect((await service.call('GET', `/users/${id}`, { token })).body.data.fullName).toBe(fullName)
  })

  it.each([
    ['decomposed', 'Ame\u0301lie', 'Amélie'],
    ['with spaces around it', ' \u3000 Ada  Lovelace \u00a0', 'Ada  Lovelace'],
    ['of spaces alone', ' \u2003 ', ''],
    ['of a hundred letters that are two hundred code points', 'e\u0301'.repeat(50), 'é'.repeat(50)],
  ])('is trimmed and composed: %s', async (_, given, stored) => {
    expect((await rename(given)).body.data.fullName).toBe(stored)
    expect((await createRest({ fullName: given })).body.data.fullName).toBe(stored)
  })

  it.each([
    ['a NUL', 'a\u0000b'],
    ['a line feed', 'a\nb'],
    ['a tab at the end', 'ab\t'],
    ['an escape', '\u001b[31mred'],
    ['DEL', 'a\u007f'],
    ['a C1 control', 'a\u0085b'],
    ['a lone high surrogate', 'a\ud800'],
    ['a lone low surrogate', '\udc00b'],
    ['101 letters', 'x'.repeat(101)],
    ['101 emoji', '😀'.repeat(101)],
    ['90 000 letters', 'x'.repeat(90_000)],
    ['a hundred letters that composing makes two hundred', '\u0958'.repeat(100)],
  ])('is refused with %s', async (_, fullName) => {
    for (const reply of [await rename(fullName), await createRest({ fullName })]) {
      expect(outcome(reply)).toBe('400 AUTH_001')
      expect(fieldsOf(reply)).toEqual(['fullName'])
    }
  })
})

describe('a full name that shows nothing', () => {
  it.each([
    ['a zero-width space', '\u200b'],
    ['joiners', '\u200c\u200d'],
    ['a byte order mark inside blanks', ' \u2060\ufeff\u2060 '],
    ['a soft hyphen', '\u00ad'],
    ['directions', '\u202e\u2066\u2069\u200f'],
    ['the Hangul filler', '\u3164'],
    ['the other Hangul fillers', '\u115f\u1160\uffa0'],
    ['the braille blank', '\u2800\u2800'],
    ['variation selectors', '\ufe0f\u{e0100}'],
    ['tags', '\u{e0067}\u{e007f}'],
    ['an accent on nothing', '\u0301'],
    ['a grapheme joiner', '\u034f'],
    ['Khmer inherent vowels', '\u17b4\u17b5'],
    ['the Mongolian separator', '\u180e'],
    ['the null notehead', '\u{1d159}'],
    ['many of them, in between blanks', '\u200b \u3164 \u2800 \u{e0061}'],
  ])('is refused with words: %s', async (_, fullName) => {
    for (const reply of [
      await rename(fullName),
      await createRest({ fullName }),
      await service.call('PATCH', '/auth/profile', { token, json: { fullName } }),
    ]) {
      expect(outcome(reply)).toBe('400 AUTH_001')
      expect(breachesOf(reply)).toEqual([{ field: 'fullName', message: 'fullName 必须包含可见字符，或留空' }])
    }
    const headers = { 'Accept-Language': 'en' }
    const reply = await service.call('PATCH', `/users/${id}`, { token, headers, json: { fullName } })
    expect(breachesOf(reply)[0]?.message).toBe('fullName must have a character that can be seen, or be empty')
  })
})

describe('a username', () => {
  it.each(['abc', 'A.b_c-9', '...', '007', 'x'.repeat(50)])('may be "%s", in both styles', async (username) => {
    const rpc = await createRpc({ username })
    expect(outcome(rpc)).toBe('201')
    expect(rpc.body.user.username).toBe(username)
    const rest = await createRest({ username: `${username.slice(0, 48)}-r` })
    expect(outcome(rest)).toBe('201')
  })

  it.each([
    ['two letters', 'ab'],
    ['51 letters', 'x'.repeat(51)],
    ['nothing', ''],
    ['a space', 'a b c'],
    ['spaces around', ' abc '],
    ['a line feed at the end', 'abc\n'],
    ['an umlaut', 'jürgen'],
    ['Chinese', '张伟张伟'],
    ['a Cyrillic look-alike', 'аdmin'],
    ['full-width letters', 'ａｂｃ'],
    ['an at sign', 'abc@example.com'],
    ['a NUL', 'abc\u0000'],
    ['a lone surrogate', 'abc\ud800'],
    ['a soft hyphen', 'ab\u00adc'],
  ])('is refused with %s', async (_, username) => {
    expect(outcome(await createRpc({ username }))).toBe('400 VALIDATION_ERROR')
    const reply = await createRest({ username })
    expect(outcome(reply)).toBe('400 AUTH_001')
    expect(fieldsOf(reply)).toEqual(['username'])
  })
})

describe('an email', () => {
  const longest = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`

  it.each([
    'a@b.cd',
    "o'brien+tag/x=y!#$%&*?^_`{|}~@Example.COM",
    longest,
    `${'a.'.repeat(31)}bc@${'b'.repeat(63)}.${'c'.repeat(63)}`,
  ])('may be %s', async (email) => {
    expect(email.length).toBeLessThanOrEqual(254)
    const rpc = await createRpc({ email })
    expect(outcome(rpc)).toBe('201')
    expect(rpc.body.user.email).toBe(email)
    expect(outcome(await service.call('POST', `/users:destroy?id=${rpc.body.user.id}`, { token }))).toBe('200')
    expect((await createRest({ email })).body.data.email).toBe(email)
  })

  it.each([
    ['255 characters', `a${longest}`],
    ['90 000 characters', `${'a.'.repeat(45_000)}@example.com`],
    ['90 000 labels', `a@${'a.'.repeat(45_000)}`],
    ['no dot in its domain', 'someone@localhost'],
    ['no at', 'someone.example.com'],
    ['two ats', 'a@b@example.com'],
    ['a space', 'some one@example.com'],
    ['spaces around', ' someone@example.com'],
    ['a line feed at the end', 'someone@example.com\n'],
    ['a header injected', 'someone@example.com\r\nBcc: all@example.com'],
    ['a NUL', 'some\u0000one@example.com'],
    ['a lone surrogate', 'some\ud800one@example.com'],
    ['an umlaut before the at', 'jürgen@example.com'],
    ['an umlaut in the domain', 'juergen@münchen.de'],
    ['a display name', 'A <a@example.com>'],
    ['a dot at the end', 'a@example.com.'],
    ['two dots', 'a@example..com'],
    ['an IP address', 'a@[127.0.0.1]'],
    ['65 characters before the at', `${'a'.repeat(65)}@example.com`],
    ['65 characters before the at, of two words', `${'a'.repeat(32)}.${'a'.repeat(32)}@example.com`],
    ['a label of 64 characters', `a@${'b'.repeat(64)}.com`],
    ['a label of 64 characters at the end', `a@example.${'b'.repeat(64)}`],
    ['a hyphen at the end of a label', 'a@example-.com'],
    ['two dots before the at', 'a..b@example.com'],
    ['a dot first', '.a@example.com'],
    ['a dot before the at', 'a.@example.com'],
    ['nothing', ''],
  ])('is refused with %s', async (_, email) => {
    for (const reply of [
      await createRpc({ email }),
      await service.call('POST', `/users:update?id=${id}`, { token, json: { email } }),
      await service.call('POST', '/auth:me', { token, json: { email } }),
    ]) {
      expect(outcome(reply)).toBe('400 INVALID_EMAIL_FORMAT')
      expect(reply.body.error).toBe('invalid email format')
    }
    for (const reply of [
      await createRest({ email }),
      await service.call('PATCH', `/users/${id}`, { token, json: { email } }),
      await service.call('PATCH', '/auth/profile', { token, json: { email } }),
    ]) {
      expect(outcome(reply)).toBe('400 AUTH_001')
      expect(breachesOf(reply)).toHaveLength(1)
    }
  })
})

it('an email that an earlier version took is shown, and can be logged in with and changed', async () => {
  const email = `${'long'.repeat(18)}@${'label'.repeat(15)}.example.com`
  const { id: old } = await service.makeUser({ email })
  const rpc = await service.call('POST', '/auth:login', {
    json: { username: email, password: 'correct horse battery' },
  })
  expect(outcome(rpc)).toBe('200')
  for (const path of [`/users:get?id=${old}`, `/users/${old}`, '/users:list?limit=200', '/users?limit=100'])
    expect(JSON.stringify((await service.call('GET', path, { token })).body)).toContain(email)
  const json = { email: 'shorter@example.com' }
  expect(outcome(await service.call('PATCH', `/users/${old}`, { token, json }))).toBe('200')
})

describe('an empty text', () => {
  it.each([
    ['POST', '/auth:login', 'username', { username: '', password: 'x' }, 'username must not be empty'],
    ['POST', '/auth:login', 'password', { username: 'x', password: '' }, 'password must not be empty'],
    ['POST', '/auth:refresh', 'refresh_token', { refresh_token: '' }, 'refresh_token must not be empty'],
    ['GET', '/users:list?search=', 'search', undefined, 'search must not be empty'],
    ['POST', '/auth/login', 'usernameOrEmail', { usernameOrEmail: '', password: 'x' }, 'usernameOrEmail 不能为空'],
    ['POST', '/auth/refresh', 'refreshToken', { refreshToken: '' }, 'refreshToken 不能为空'],
    ['GET', '/users?search=', 'search', undefined, 'search 不能为空'],
  ])('is told to be one: %s %s, %s', async (method, path, field, json, message) => {
    const reply = await service.call(method, path, { token, json })
    expect(reply.status).toBe(400)
    expect(breachesOf(reply)).toEqual([{ field, message }])
  })
})

describe.each(['', ' ', '\u00a0\u3000\ufeff'])('a login name with %j around it', (blank) => {
  it('is the name without', async () => {
    const { username, email } = await service.makeUser()
    const password = 'correct horse battery'
    for (const name of [username, email.toUpperCase()]) {
      const typed = blank + name + blank
      expect(outcome(await service.call('POST', '/auth:login', { json: { username: typed, password } }))).toBe('200')
      const rest = { usernameOrEmail: typed, password }
      expect(outcome(await service.call('POST', '/auth/login', { json: rest }))).toBe('200')
    }
  })
})

describe('what is tried at a login or a refresh is wrong, not malformed', () => {
  it.each([
    ['a NUL', 'a\u0000b'],
    ['a lone surrogate', '\ud800'],
    ['a line feed', 'a\nb'],
    ['emoji', '😀'.repeat(200)],
    ['SQL', "' or 1=1 --"],
    ['a pattern', '%'],
    ['254 characters', 'x'.repeat(254)],
    ['a space', ' '],
  ])('%s', async (_, text) => {
    const password = text.repeat(4).slice(0, 1024)
    const rpc = { username: text, password }
    expect(outcome(await service.call('POST', '/auth:login', { json: rpc }))).toBe('401 INVALID_CREDENTIALS')
    const rest = { usernameOrEmail: text, password }
    expect(outcome(await service.call('POST', '/auth/login', { json: rest }))).toBe('401 AUTH_002')
    expect(outcome(await service.call('POST', '/auth:refresh', { json: { refresh_token: text } }))).toBe(
      '401 INVALID_REFRESH_TOKEN',
    )
    expect(outcome(await service.call('POST', '/auth/refresh', { json: { refreshToken: text } }))).toBe('401 AUTH_003')
  })

  it.each([
    ['an identifier', { username: 'x'.repeat(255), password: 'x' }],
    ['an empty identifier', { username: '', password: 'x' }],
    ['a password', { username: 'x', password: 'x'.repeat(1025) }],
    ['an empty password', { username: 'x', password: '' }],
  ])('unless it is beyond the limits: %s', async (_, { username, password }) => {
    const rpc = { username, password }
    expect(outcome(await service.call('POST', '/auth:login', { json: rpc }))).toBe('400 VALIDATION_ERROR')
    const rest = { usernameOrEmail: username, password }
    expect(outcome(await service.call('POST', '/auth/login', { json: rest }))).toBe('400 AUTH_001')
  })
})
