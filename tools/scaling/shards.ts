import { table } from '../../bench/report/table.ts'
import { type SchemaObject, verdictOf } from './schema.ts'
import { locks, type Route, routes, statements } from './statements.ts'

const kinds = [
  'table',
  'unique',
  'foreign key',
  'trigger',
  'function',
  'sequence',
  'check',
  'generated',
  'index',
] as const

/** As `table`, of words. */
const wordTable: typeof table = (head, rows) => table(head, rows).replaceAll('--:', '---')

/** What a database of many nodes makes of the schema; objects of one verdict in one row. */
export function schemaPart(all: readonly SchemaObject[]): string {
  const rows = kinds.flatMap((kind) => {
    const judged = all
      .filter((one) => one.kind === kind)
      .map((one) => ({ name: `\`${one.name}\``, can: 'not judged', why: '', ...verdictOf(one, all) }))
    const groups = Object.values(Object.groupBy(judged, ({ can, why }) => `${can} ${why}`))
    return groups.map((ones = []) => {
      const { can, why } = ones[0] as (typeof ones)[number]
      const names = [...new Set(ones.map(({ name }) => name))].join(', ')
      return [kind, names, can === 'yes' ? can : `**${can}**`, why]
    })
  })
  return wordTable(['what', 'which', 'can it be', 'why, and what instead'], rows)
}

/** Where the statements of the store would go. */
export function statementsPart(): string {
  const all = statements()
  const namesOf = (some: typeof all) =>
    Object.entries(Object.groupBy(some, ({ file }) => file)).map(
      ([file, ones = []]) =>
        `\`${file.replace('.ts', '')}\` ${ones.map((one) => (one.locks ? `*${one.name}*` : one.name)).join(' ')}`,
    )
  const rows = Object.keys(routes).map((route) => {
    const some = all.filter((one) => one.route === route)
    return [routes[route as Route], String(some.length), namesOf(some).join('; ')]
  })
  return [
    wordTable(['where they go', 'how many', 'which, by file; those that lock rows slanted'], rows),
    wordTable(
      ['takes advisory locks', 'which would be'],
      locks().map(([file, said]) => [`\`${file}\``, said ?? 'not judged']),
    ),
  ].join('\n\n')
}
