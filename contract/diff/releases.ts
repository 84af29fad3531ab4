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

/**
 * The released contracts, `<version>.json` in a folder, oldest first; there is at least one. Throws
 * ComparisonError.
 */
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

/** What a version changed of the one before; the first version changed nothing. */
export interface Change extends Told {
  version: string
  after?: string
}

/**
 * What every version changed, newest first. It depends on the contracts alone, so it can be made
 * again and compared.
 */
export function changesOf(releases: readonly [Release, ...Release[]], current: Release): Change[] {
  const known = [...releases, ...(releases.some(({ version }) => version === current.version) ? [] : [current])]
  const steps = known.slice(1).map((to, index) => stepBetween(known[index] as Release, to))
  return [
    ...steps.reverse().map(({ from, to, told }) => ({ version: to.version, after: from.version, ...told })),
    { version: releases[0].version, breaking: [], compatible: [], prose: 0 },
  ]
}

/** The changes in Markdown. */
export function changelogOf(changes: readonly Change[]): string {
  return `${[
    '# Changes of the contract',
    'Made by `npm run contract:diff` from the released contracts in `contract/released`; never edited. Breaking is what a client of the version before may trip over.',
    ...changes.map(sectionOf),
  ].join('\n\n')}\n`
}

function sectionOf({ version, after, breaking, compatible, prose }: Change): string {
  if (after === undefined) return `## ${version}\n\nThe first contract.`
  const list = (title: string, lines: string[]) =>
    lines.length > 0 ? [`### ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`] : []
  return [
    `## ${version}, after ${after}`,
    ...list('Breaking', breaking),
    ...list('Compatible', compatible),
    ...(prose > 0 ? [`### Prose\n\nDescriptions or examples changed in ${prose} places.`] : []),
  ].join('\n\n')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    throw new ComparisonError(`${folder} cannot be read: ${(error as Error).message}`)
  }
}
