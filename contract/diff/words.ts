import { type Difference, PROSE } from './comparison.ts'

/** Differences for people, alike ones together, and how many there are so. */
export interface Told {
  breaking: string[]
  compatible: string[]
  /** Operations, or other parts of the contract, whose prose changed. */
  prose: number
}

/**
 * One line for each difference that reads alike, with the operations that have it: a schema that
 * many share would otherwise fill the page. `all` are the operationIds of the contract.
 */
export function tellDifferences(differences: readonly Difference[], all: readonly string[]): Told {
  const alike = new Map<string, Difference[]>()
  for (const difference of differences.filter(({ rule }) => rule !== PROSE)) {
    const key = [difference.rule, difference.words, placeOf(difference).rest].join('\n')
    alike.set(key, [...(alike.get(key) ?? []), difference])
  }
  const lines = (breaking: boolean) =>
    [...alike.values()].filter(([one]) => one?.breaking === breaking).map((group) => lineOf(group, all))
  const prose = new Set(differences.filter(({ rule }) => rule === PROSE).map(({ operation }) => operation))
  return { breaking: lines(true), compatible: lines(false), prose: prose.size }
}

function lineOf(group: readonly Difference[], all: readonly string[]): string {
  const [{ rule, words }] = group as [Difference]
  const places = group.map(placeOf)
  const statuses = unique(places.flatMap(({ status }) => status ?? []))
  const answer = statuses.length > 0 ? [`answer ${statuses.join(', ')}`] : []
  const place = [...answer, places[0]?.rest].filter(Boolean).join(' ')
  return `${operationsOf(group, all)}, ${place}: ${words} (\`${rule}\`)`
}

function operationsOf(group: readonly Difference[], all: readonly string[]): string {
  const operations = unique(group.map(({ operation }) => operation))
  const everywhere = all.length > 1 && all.every((id) => operations.includes(id))
  const named = operations.filter((id) => !everywhere || !all.includes(id)).map((id) => `\`${id}\``)
  return [...(everywhere ? ['Every operation'] : []), ...named].join(', ')
}

/** Where in its operation a difference is, the status of the answer apart. */
function placeOf({ at, operation }: Difference): { status?: string; rest: string } {
  const place = at.slice(operation.length + 1)
  const [, status, rest] = /^answer (\S+) ?(.*)$/s.exec(place) ?? []
  return status === undefined ? { rest: place } : { status, rest: rest ?? '' }
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)].sort()
}
