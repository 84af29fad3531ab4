import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Difference } from './comparison.ts'
import { compareContracts, operationIdsOf } from './contracts.ts'
import { ComparisonError, isPart } from './references.ts'
import { compareVersions } from './version.ts'
import { type Told, tellDifferences } from './words.ts'

/** A contract under its version. */
export interface Release {
  version: string
  document: unknown
}

/** What differs from one contract to the next. */
export interface Step {
  from: Release
  to: Release
  differences: Difference[]
  told: Told
}

/** Reads a contract. Throws ComparisonError where there is none. */
export function readContract(file: string): Release {
  try {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const info = isPart(document) ? document.info : undefined
    return { version: String(isPart(info) ? info.version : undefined), document }
  } catch (error) {
    throw new ComparisonError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

/** The released contracts, `<version>.json` in a folder, oldest first; there is at least one. Throws ComparisonError. */
export function readReleases(folder: string): [Release, ...Release[]] {
  const [first, ...others] = namesIn(folder)
    .map((name) => {
      const release = readContract(join(folder, name))
      if (name !== `${release.version}.json`)
        throw new ComparisonError(`${join(folder, name)} is the contract ${release.version}`)
      return release
    })
    .sort((a, b) => compareVersions(a.version, b.version))
  if (!first) throw new ComparisonError(`there is no released contract in ${folder}`)
  return [first, ...others]
}

export function stepBetween(from: Release, to: Release): Step {
  const differences = compareContracts(from.document, to.document)
  return { from, to, differences, told: tellDifferences(differences, operationIdsOf(to.document)) }
}

/** The changelog of the contract in Markdown, newest first. It depends on the contracts alone, so it can be made again and compared. */
export function changelogOf(releases: readonly [Release, ...Release[]], current: Release): string {
  const [first] = releases
  const known = [...releases, ...(releases.some(({ version }) => version === current.version) ? [] : [current])]
  const steps = known.slice(1).map((to, index) => sectionOf(stepBetween(known[index] as Release, to)))
  return [
    '# Changes of the contract',
    'Made by `npm run contract:diff` from the released contracts in `contract/released`; never edited. Breaking is what a client of the version before may trip over.',
    ...steps.reverse(),
    `## ${first.version}\n\nThe first contract: ${operationIdsOf(first.document).length} operations.\n`,
  ].join('\n\n')
}

function sectionOf({ from, to, told }: Step): string {
  const list = (title: string, lines: string[]) =>
    lines.length > 0 ? [`### ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`] : []
  return [
    `## ${to.version}, after ${from.version}`,
    ...list('Breaking', told.breaking),
    ...list('Compatible', told.compatible),
    ...(told.prose > 0 ? [`### Prose\n\nDescriptions or examples changed in ${told.prose} places.`] : []),
  ].join('\n\n')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    throw new ComparisonError(`${folder} cannot be read: ${(error as Error).message}`)
  }
}
