import { parseIntoClientConfig } from 'pg-connection-string'
import { describe, expect, it } from 'vitest'
import { type PostgresUrl, readPostgresUrl } from '../../src/config/postgres-url.ts'

describe('a URL of PostgreSQL', () => {
  it.each<[given: string, urls: string[], target?: string]>([
    ['postgres://janus:pw@db:5432/janus', ['postgres://janus:pw@db:5432/janus']],
    ['postgres://db', ['postgres://db/']],
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
        'postgres://janus@/janus?host=a&port=5432&options=-c+x%3D1',
        'postgres://janus@/janus?host=b&port=5433&options=-c+x%3D1',
      ],
    ],
    [
      'postgres:///janus?host=a,b&port=6432',
      ['postgres:///janus?host=a&port=6432', 'postgres:///janus?host=b&port=6432'],
    ],
    ['postgres://a/janus?target_session_attrs=primary', ['postgres://a/janus'], 'primary'],
    // Of a parameter that is there twice, the last counts.
    ['postgres:///janus?host=a&host=b&port=1&%70ort=2', ['postgres:///janus?host=b&port=2']],
    ['postgres://a/janus?target_session_attrs=any&target_session_attrs=primary', ['postgres://a/janus'], 'primary'],
    // Hosts and ports are replaced each by their own parameter.
    ['postgres://janus@:5433/janus?host=a', ['postgres://janus@/janus?host=a&port=5433']],
    ['postgres://janus@:5433/janus', ['postgres://janus@/janus?port=5433']],
    [
      'postgres://janus@x:1,y:2/janus?host=a,b',
      ['a&port=1', 'b&port=2'].map((is) => `postgres://janus@/janus?host=${is}`),
    ],
    ['postgres://janus@x:1,y:2/janus?host=a&port=5433', ['postgres://janus@/janus?host=a&port=5433']],
    ['postgres://janus@x:1/janus?host=a,b', ['a&port=1', 'b&port=1'].map((is) => `postgres://janus@/janus?host=${is}`)],
    ['postgres://janus@a:1,b/janus?port=5433', ['postgres://janus@a:5433/janus', 'postgres://janus@b:5433/janus']],
    ['postgres://janus@a:1/janus?port=', ['postgres://janus@a/janus']],
    ['postgres://janus@a:1?host=b', ['postgres://janus@/?host=b&port=1']],
    ['postgres://janus@a/janus?host=', ['postgres://janus@/janus']],
  ])('%s names its hosts', (given, urls, target) => expect(readPostgresUrl(given)).toEqual({ urls, target }))

  it.each([
    ['mysql://a/janus', /^be a URL/],
    ['postgres://a,,b/janus', /^have a host/],
    ['postgres://,a/janus', /^have a host/],
    ['postgres:///janus?host=a,', /^have a host/],
    ['postgres://a:x,b/janus', /^have ports/],
    ['postgres:///janus?host=a,b,c&port=1,2', /^have ports/],
    ['postgres://a,b/janus?host=', /^have ports/],
    ['postgres://a:1,b:2/janus?host=c', /^have ports/],
    ['postgres://a/janus?port=abc', /^have ports/],
    ['postgres://a:0/janus', /^have ports/],
    ['postgres://a/janus?port=65536', /^have ports/],
    ['postgres://janus:100%@db/janus', /^be a URL/],
    ['postgres://db/janus?host=%ff', /^be a URL/],
    ['postgres://janus:pass/word@db/janus', /password percent-encoded$/],
    ['postgres://janus:1#23@db/janus', /^be a URL/],
  ])('is not %s', (given, must) => expect(readPostgresUrl(given)).toMatch(must))

  it.each([
    'postgres://janus@x:1,y:2/janus?host=a&port=5433&sslmode=disable',
    'postgres://janus@:5433/janus?host=a',
    'postgres://janus@a:5433?application_name=x',
    'postgresql://janus@[::1]:5433/janus',
  ])('is read by the driver as it is meant: %s', (given) => {
    const { host, port, user, database } = parseIntoClientConfig((readPostgresUrl(given) as PostgresUrl).urls[0] ?? '')
    expect([host, port, user, database ?? 'janus']).toEqual([
      given.includes('::1') ? '::1' : 'a',
      5433,
      'janus',
      'janus',
    ])
  })
})
