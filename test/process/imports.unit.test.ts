import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Path from the root of the project -> source. */
type Sources = Readonly<Record<string, string>>

const sources: Sources = Object.fromEntries(
  ['src', 'packages']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    // The tests of a package may take what other tests do; what is built is no source.
    .filter((path) => !/^packages\/[^/]+\/(test|examples|check)\/|\/(dist|node_modules)\//.test(path))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)

/**
 * What a source imports, by `import … from`, `export … from`, `import '…'` or `import('…')`; files
 * of the project by their path from the root.
 */
function importsOf(path: string, source: string): string[] {
  const found = source.matchAll(
    /^(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/gm,
  )
  return [...found].map(([, from, bare]) => {
    const name = (from ?? bare) as string
    return name.startsWith('.') ? join(dirname(path), name) : name
  })
}

/**
 * The folder under `src`, or the file itself: at the top, and in `process`, whose files serve
 * different folders; a package is one.
 */
function roomOf(path: string): string {
  const [top = '', second = '', third] = path.split('/')
  if (top === 'packages') return `packages/${second}`
  if (top !== 'src') return top
  return (third === undefined || second === 'process' ? path.slice('src/'.length) : second).replace(/\.ts$/, '')
}

/** Who may import whom. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  main: [
    'config',
    'parts',
    'service',
    'store',
    'process/explain',
    'process/first-password',
    'process/log',
    'process/output',
    'process/run',
    'process/sealing',
    'process/signals',
    'process/welcome',
    'process/workers',
  ],
  worker: [
    'config',
    'http',
    'parts',
    'service',
    'process/explain',
    'process/log',
    'process/output',
    'process/run',
    'process/signals',
    'process/workers',
  ],
  service: ['app', 'config', 'docs', 'domain', 'http', 'parts', 'process/explain', 'process/run', 'server'],
  parts: ['config', 'domain', 'process/run', 'store'],
  app: ['config', 'http', 'domain', 'docs'],
  config: ['config', 'domain'],
  http: ['http', 'domain', 'generated', 'process/quiet'],
  store: ['config', 'store', 'domain', 'process/quiet'],
  domain: ['domain'],
  docs: ['docs', 'config', 'domain', 'http'],
  server: ['server'],
  'process/explain': ['config', 'domain', 'store'],
  'process/first-password': ['config', 'domain', 'process/explain', 'store'],
  'packages/reading-room': ['packages/reading-room'],
  'process/lines': [],
  'process/log': ['process/output'],
  'process/output': [],
  'process/quiet': [],
  'process/run': ['process/explain'],
  'process/sealing': ['domain'],
  'process/signals': [],
  'process/welcome': ['process/first-password'],
  'process/hung-worker': ['process/workers'],
  'process/unaccepted': [],
  'process/workers': [
    'config',
    'http',
    'process/explain',
    'process/hung-worker',
    'process/lines',
    'process/run',
    'process/unaccepted',
    'service',
  ],
  'packages/embedded-postgres': ['packages/embedded-postgres'],
  'packages/client': ['packages/client'],
}

/**
 * What each room may take from outside, apart from Node itself, our packages by their names; a room
 * that is missing here takes anything but those.
 */
const libraries: Readonly<Record<string, readonly string[]>> = {
  main: ['@janus/embedded-postgres'],
  worker: ['@janus/embedded-postgres'],
  service: [],
  parts: ['pino'],
  app: ['@janus/reading-room', '@koa/cors', 'koa', 'pino'],
  config: [],
  server: [],
  'process/explain': [],
  'process/first-password': [],
  'process/lines': [],
  'process/output': [],
  'process/quiet': [],
  'process/run': [],
  'process/signals': [],
  'process/welcome': [],
  'process/workers': ['pino'],
  domain: ['bcrypt', 'fast-jwt'],
  docs: ['@janus/reading-room'],
  'packages/reading-room': ['marked', 'openapi-types'],
  'packages/embedded-postgres': ['pg'],
  // The contract: its generator alone, which is no part of what is published. msw: `src/msw.ts`.
  'packages/client': ['contract/document.ts', 'contract/pointer.ts', 'msw'],
}

/** Every import that goes against an arrow, as a sentence. */
function wrongTurns(all: Sources): string[] {
  return Object.entries(all).flatMap(([path, source]) => {
    const room = roomOf(path)
    return importsOf(path, source).flatMap((name) => {
      const wrong = `${path} imports ${name}`
      if (name.startsWith('node:')) return []
      if (!/^(src|packages|generated|test|spec|bench)\//.test(name) && name !== 'package.json')
        return (libraries[room]?.includes(name) ?? !name.startsWith('@janus/')) ? [] : [wrong]
      if (!arrows[room]?.includes(roomOf(name))) return [wrong]
      const [style, other] = [path, name].map((each) => /^src\/http\/(rpc|rest)\//.exec(each)?.[1])
      if (style && other && style !== other) return [wrong]
      if (name.startsWith('generated/') && path !== 'src/http/contract.ts') return [wrong]
      return []
    })
  })
}

describe('the imports', () => {
  it('follow the arrows of the house', () => {
    expect(wrongTurns(sources)).toEqual([])
  })

  it('are found: every source but a leaf has some, and each names a file that exists', () => {
    const known = new Set(Object.keys(sources))
    const own = Object.entries(sources).flatMap(([path, source]) => importsOf(path, source))
    expect(own.length).toBeGreaterThan(100)
    expect(own.filter((name) => /^(src|packages)\//.test(name) && !known.has(name))).toEqual([])
    expect(importsOf('src/app.ts', sources['src/app.ts'] as string)).toContain('src/http/request-pipeline.ts')
  })

  it.each<[string, string, string]>([
    ['http must not know the store', 'src/http/site.ts', "import { createStore } from '../store/store.ts'"],
    ['nor its types', 'src/http/rpc/users.ts', "import type {\n  Database,\n} from '../../store/database.ts'"],
    ['the styles must not know each other', 'src/http/rpc/present.ts', "export * from '../rest/present.ts'"],
    ['nor in the other direction', 'src/http/rest/users.ts', "import '../rpc/users.ts'"],
    ['the domain knows no http', 'src/domain/users/users.ts', "import { HttpError } from '../../http/failures.ts'"],
    ['the domain knows no Knex', 'src/domain/users/users.ts', "import type { Knex } from 'knex'"],
    ['the store knows no http', 'src/store/users/users.ts', "const late = await import('../../http/time.ts')"],
    ['the app knows no store', 'src/app.ts', "import { openDatabase } from './store/database.ts'"],
    ['nobody knows main', 'src/store/store.ts', "import '../main.ts'"],
    [
      'one file knows the generated types',
      'src/http/request-pipeline.ts',
      "import type { paths } from '../../generated/api.ts'",
    ],
    ['a package knows nothing of src', 'packages/embedded-postgres/index.ts', "import '../../src/config.ts'"],
    ['nor of another package', 'packages/embedded-postgres/index.ts', "import '@janus/reading-room'"],
    ['src takes a package by its name', 'src/main.ts', "await import('../packages/embedded-postgres/index.ts')"],
    ['and only main takes the database', 'src/store/database.ts', "import '@janus/embedded-postgres'"],
    ['nothing is taken from the tests', 'src/domain/id.ts', "import { call } from '../../test/support/service.ts'"],
  ])('would be told: %s', (_, path, source) => {
    expect(wrongTurns({ ...sources, [path]: source })).toHaveLength(1)
  })
})

describe('the environment of the process', () => {
  const readers = (all: Sources) =>
    Object.keys(all).filter((path) =>
      /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\[|\benv\b[^'"]*\} = process\b/.test(all[path] as string),
    )
  /** The first hands PATH on to the programs of Postgres, and takes nothing from it. */
  const allowed = ['packages/embedded-postgres/child.ts', 'src/config.ts']

  it('is read by the configuration alone', () => {
    expect(readers(sources).toSorted()).toEqual(allowed)
    const { 'packages/embedded-postgres/child.ts': child = '' } = sources
    expect(child.match(/process\.env\S*/g)).toEqual(['process.env.PATH,'])
  })

  it.each(['const a = process.env.HOME', 'const { env } = process', "const a = process['env']", 'process?.env'])(
    'would be found where it is read by: %s',
    (stray) => {
      const all = { ...sources, 'src/domain/id.ts': stray }
      expect(readers(all).toSorted()).toEqual([...allowed, 'src/domain/id.ts'].toSorted())
    },
  )
})
