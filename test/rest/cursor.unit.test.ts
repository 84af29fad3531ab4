import { describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import type { SortKey } from '../../src/domain/users/store.ts'
import { readCursor, writeCursor } from '../../src/http/rest/cursor.ts'

const id = '01941f29-7c00-7000-8000-000000000002'
const moment = '2025-01-01T00:00:00.123Z'
const cursorOf = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64url')

describe('a cursor', () => {
  it.each<[SortKey, string]>([
    ['createdAt', moment],
    ['createdAt', '9999-12-31T23:59:59.999Z'],
    ['username', 'abc'],
    ['email', `${'l'.repeat(64)}@${`${'d'.repeat(63)}.`.repeat(2)}${'d'.repeat(61)}`],
    ['email', 'o’neil with two words@例.example'],
  ])('of %s %s is read as it was written, and fits into its parameter', (sortBy, key) => {
    for (const sortOrder of ['ASC', 'DESC'] as const) {
      const cursor = writeCursor({ sortBy, sortOrder }, { key, id })
      expect(cursor).toMatch(/^[A-Za-z0-9_-]{37,512}$/)
      expect(readCursor(cursor)).toEqual({ sortBy, sortOrder, after: { key, id } })
    }
  })

  it('of the plain walk is the id, in any spelling', () => {
    const walk = { sortBy: 'id', sortOrder: 'ASC', after: { key: id, id } } as const
    expect(writeCursor(walk, walk.after)).toBe(id)
    for (const text of [id, id.toUpperCase(), toUlid(id), toUlid(id).toLowerCase()])
      expect(readCursor(text)).toEqual(walk)
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['no base64', '%'.repeat(60)],
    ['an id with more', `${id}0`],
    ['two ids', cursorOf(`${id} ${id}`)],
    ['a random text', 'x'.repeat(64)],
    ['no UTF-8', cursorOf(Buffer.concat([Buffer.from(`1 username ASC ${id} `), Buffer.from([0xff])]))],
    ['a lone surrogate', cursorOf(Buffer.concat([Buffer.from(`1 email ASC ${id} `), Buffer.from([0xed, 0xa0, 0x80])]))],
    ['a NUL', cursorOf(`1 username ASC ${id} a\0b`)],
    ['no key', cursorOf(`1 username ASC ${id} `)],
    ['a key that is too long', cursorOf(`1 email ASC ${id} ${'k'.repeat(255)}`)],
    ['no id', cursorOf('1 username ASC abc')],
    ['a malformed id', cursorOf(`1 username ASC ${id.slice(1)} abc`)],
    ['an id in capitals', cursorOf(`1 username ASC ${id.toUpperCase()} abc`)],
    ['a ULID', cursorOf(`1 username ASC ${toUlid(id)} abc`)],
    ['another version', cursorOf(`2 username ASC ${id} abc`)],
    ['another sort key', cursorOf(`1 password_hash ASC ${id} abc`)],
    ['a property of all objects', cursorOf(`1 constructor ASC ${id} abc`)],
    ['the plain walk spelt out', cursorOf(`1 id ASC ${id} ${id}`)],
    ['another direction', cursorOf(`1 username asc ${id} abc`)],
    ['SQL', cursorOf(`1 username ASC; ${id} abc`)],
    ['no date', cursorOf(`1 createdAt ASC ${id} yesterday`)],
    ['a day that is none', cursorOf(`1 createdAt ASC ${id} 2025-02-30T00:00:00.000Z`)],
    ['the year 0', cursorOf(`1 createdAt ASC ${id} 0000-01-01T00:00:00.000Z`)],
    ['a year before', cursorOf(`1 createdAt ASC ${id} -000001-01-01T00:00:00.000Z`)],
    ['a year of six digits', cursorOf(`1 createdAt ASC ${id} +275760-09-13T00:00:00.000Z`)],
    ['another time zone', cursorOf(`1 createdAt ASC ${id} 2025-01-01T00:00:00.000+01:00`)],
    ['infinity', cursorOf(`1 createdAt ASC ${id} infinity`)],
    ['padding', `${cursorOf(`1 username ASC ${id} abc`)}=`],
    ['a blank', ` ${cursorOf(`1 username ASC ${id} abc`)}`],
    ['another alphabet', Buffer.from(`1 username ASC ${id} ??>>~~~`).toString('base64').replaceAll('=', '')],
    [
      'bits that are left over',
      cursorOf(`1 username ASC ${id} abcd`).replace(/.$/, (last) =>
        last === 'A' ? 'B' : String.fromCharCode(last.charCodeAt(0) + 1),
      ),
    ],
    ['a line more', `${cursorOf(`1 username ASC ${id} abc`)}\n`],
  ])('is not %s', (_, text) => {
    expect(readCursor(text)).toBeUndefined()
  })
})
