import { readdirSync, readFileSync } from 'node:fs'

/** How a statement would find its node, were the users spread over many by their ids. */
export const routes = {
  one: 'one node: the id of the user is a parameter, or the digest of the account',
  told: 'one node, once it is given the id of the user: that of the access token (`sub`) or of the row read before',
  lookup: 'two nodes: one for the name or the token, then that of the user',
  all: 'all nodes, whose answers are merged, sorted again or summed',
  apart: 'the node of the trail, or one of each database where each has its own',
  every: 'any node to read, every node to write: keys',
} as const
export type Route = keyof typeof routes

const one = (route: Route, names: string) => names.split(' ').map((name) => [name, route] as const)
const known: Readonly<Record<string, Readonly<Record<string, Route>>>> = Object.fromEntries(
  Object.entries({
    'standing.ts': [...one('one', 'hold lock isUnchanged'), ...one('told', 'callerStands')],
    'users/users.ts': [
      ...one('one', 'find lock findCredentialsById insert update rename replacePasswordHash remove'),
      ...one('lookup', 'findCredentials'),
      ...one('all', 'highestHashCost'),
    ],
    'users/user-lists.ts': one(
      'all',
      'sorted countAll countByRoleAndStatus countCreatedAfter countOtherAdministrators',
    ),
    'users/user-searches.ts': one('all', 'createUserSearches'),
    'sessions/sessions.ts': [
      ...one('one', 'insert listOf usedLongestAgo removeAllOf removeOf removeOthersOf'),
      ...one('told', 'find lock confirm remove noteUses noteWrite'),
      ...one('lookup', 'findByRefreshToken'),
      ...one('all', 'removeExpired'),
    ],
    'sessions/refresh-tokens.ts': one('told', 'findRefreshToken insertRefreshToken useRefreshToken'),
    'sessions/login-failures.ts': [
      ...one('one', 'hold put tell forget know forgetAll unknow lockedUntil'),
      ...one('lookup', 'find'),
      ...one('all', 'removeOld'),
    ],
    'sessions/signing-keys.ts': one('every', 'epoch list lock insertFirst insert plan remove'),
    'audit/keys.ts': one('every', 'listKeys lockFirst insertFirst'),
    'audit/events.ts': one('apart', 'insertOne insertAll'),
    'audit/lists.ts': one('apart', 'listing'),
    'audit/sealing.ts': one('apart', 'isWaiting lockSealing takeWaiting findLastRoot insertSeals insertRoot'),
    'audit/tables.ts': one('apart', 'makePartitions isOwner'),
    'audit/trail-source.ts': one(
      'apart',
      'listRoots listSeals findBoundary listStray listGone countWaiting findBeyond',
    ),
    'writing.ts': one('all', 'tryToWrite'),
    'standbys.ts': one('all', 'stillStandby'),
    'wal-position.ts': one('all', 'asking'),
  }).map(([file, entries]) => [file, Object.fromEntries(entries)]),
)

export interface Found {
  readonly file: string
  readonly name: string
  readonly route: Route | undefined
  /** Whether it locks rows. */
  readonly locks: boolean
}

const store = new URL('../../src/store/', import.meta.url)
/** Locks of rows, of Knex and of SQL. */
const rowLock = /\.for(NoKey)?Update\(|\.for(Key)?Share\(|\bfor (no key )?update\b|\bfor (key )?share\b/

/** Every statement of the store that is compiled once or asked, with its route. */
export function statements(): Found[] {
  const files = readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(sql|migrations)\//.test(file) && file !== 'database.ts')
    .toSorted()
  return files.flatMap((file) =>
    statementsIn(readFileSync(new URL(file, store), 'utf8')).map((found) => ({
      ...found,
      file,
      route: known[file]?.[found.name],
    })),
  )
}

/** Those of a source: whatever at its top level makes a statement. */
export function statementsIn(source: string): { name: string; locks: boolean }[] {
  const parts = source.split(/^(?=(?:export )?(?:async )?(?:const|function) )/m)
  return parts.flatMap((part) => {
    const [, name] = /^(?:export )?(?:async )?(?:const|function) (\w+)/.exec(part) ?? []
    if (!name || !/\bstatement[<(]|\bask\(/.test(part)) return []
    return [{ name, locks: rowLock.test(part) }]
  })
}

/** Numbers of advisory locks are taken in these files; what they keep apart in a database of many nodes. */
const advisoryLocks: Readonly<Record<string, string>> = {
  'migrations.ts': 'on the coordinator, as migrations are',
  'schema.ts': 'on the coordinator, as migrations are',
  'late-indexes.ts': 'on the coordinator',
  'users/counters.ts': 'one on each node, beside its counters',
  'audit/sealing.ts': 'one for each trail, on its node',
  'audit/prune.ts': 'that of the sealer',
  'audit/keys.ts': 'on the coordinator',
  'sessions/signing-keys.ts': 'on the coordinator',
  'sessions/login-failures.ts': 'of an account on its node; of a network (no account) on one node for all',
  'migrations/20261127114000-audit.ts': 'that of the sealer',
}

/** Files that take advisory locks, and where these would be; undefined where nobody has said. */
export function locks(): [file: string, said: string | undefined][] {
  return readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && /pg_(try_)?advisory_/.test(readFileSync(new URL(file, store), 'utf8')))
    .toSorted()
    .map((file) => [file, advisoryLocks[file]])
}

/** Sentences about statements and locks that nobody has judged, and about judgements of none. */
export function unroutedStatements(found: readonly Found[] = statements()): string[] {
  const unrouted = found.filter(({ route }) => !route)
  const gone = Object.entries(known).flatMap(([file, names]) =>
    Object.keys(names)
      .filter((name) => !found.some((one) => one.file === file && one.name === name))
      .map((name) => `${file} ${name}`),
  )
  const say = 'say in tools/scaling/statements.ts'
  return [
    ...unrouted.map(
      ({ file, name }) => `The statement ${name} of src/store/${file} has no route: ${say} which nodes it would ask.`,
    ),
    ...gone.map((one) => `tools/scaling/statements.ts speaks of ${one}, which is no statement of src/store any more.`),
    ...locks()
      .filter(([, said]) => !said)
      .map(([file]) => `src/store/${file} takes an advisory lock: ${say} where it would be.`),
  ]
}
