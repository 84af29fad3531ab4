import { describe, expect, it } from 'vitest'
import { readPostgresUrl } from '../../src/config/postgres-url.ts'

describe('a URL of PostgreSQL', () => {
  it.each<[given: string, urls: string[], target?: string]>([
    ['postgres://janus:pw@db:5432/janus', ['postgres://janus:pw@db:5432/janus']],
    ['postgres://db', ['postgres://db']],
    ['postgresql:///janus?host=/run/pg', ['postgresql:///janus?host=%2Frun%2Fpg']],
    ['postgres://janus:p%2Fw@/janus?host=/run/pg', ['postgres://janus:p%2Fw@/janus?host=%2Frun%2Fpg']],
    [
      'postgres://janus:p,w@a:5432,b:5433,[::1]:5434/janus?sslmode=verify-full&target_session_attrs=read-write',
      [
        'postgres://janus:p,w@a:5432/janus?sslmode=verify-full',
        'postgres://janus:p,w@b:5433/janus?sslmode=verify-full',
        'postgres://janus:p,w@[::1]:5434/janus?sslmode=verify-full',
      ],
      'read-write',
    ],
    [
      'postgres://janus@/janus?host=a,b&port=5432,5433&options=-c%20x%3D1',
      [
        'postgres://janus@/janus?host=a&port=5432&options=-c%20x%3D1',
        'postgres://janus@/janus?host=b&port=5433&options=-c%20x%3D1',
      ],
    ],
    [
      'postgres:///janus?host=a,b&port=6432',
      ['postgres:///janus?host=a&port=6432', 'postgres:///janus?host=b&port=6432'],
    ],
    ['postgres://a/janus?target_session_attrs=primary', ['postgres://a/janus'], 'primary'],
  ])('%s names its hosts', (given, urls, target) => expect(readPostgresUrl(given)).toEqual({ urls, target }))

  it.each([
    'mysql://a/janus',
    'postgres://a,,b/janus',
    'postgres://,a/janus',
    'postgres://a:x,b/janus',
    'postgres:///janus?host=a,b,c&port=1,2',
    'postgres://janus:100%@db/janus',
    'postgres://janus:pass/word@db/janus',
    'postgres://janus:1#23@db/janus',
  ])('is not %s', (given) => expect(readPostgresUrl(given)).toBeUndefined())
})
