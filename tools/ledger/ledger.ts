import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { titlesOf } from './titles.ts'

/** The rules of a chapter of a standard. */
export interface Chapter {
  readonly chapter: string
  readonly rules: readonly Rule[]
}

export interface Standard {
  readonly standard: string
  /** Which of its rules are here, and where it can be read. */
  readonly scope: string
  readonly chapters: readonly Chapter[]
}

/** A rule, or several of which the same is true. */
export interface Rule {
  /** As the standard counts it; several with commas. */
  readonly id: string
  /** In few words of our own. */
  readonly rule: string
  /** `folder/file > title` of tests that hold it. */
  readonly tests?: readonly string[]
  /** Files that say what the rule wants to be said. */
  readonly said?: readonly string[]
  /** How it is held, where that is not plain. */
  readonly how?: string
  /** How we do otherwise, and why. */
  readonly differs?: string
  /** Why it is not for this service. */
  readonly outside?: string
}

export interface Ledger {
  readonly standards: readonly Standard[]
  /** Files of tests that are not there yet. */
  readonly awaited: readonly string[]
}

const root = new URL('../../', import.meta.url)

/** @throws Error of the system where it cannot be read */
export function readLedger(file = new URL('docs/security-ledger.yaml', root)): Ledger {
  return { awaited: [], ...(parse(readFileSync(file, 'utf8')) as Partial<Ledger>) } as Ledger
}

export const rulesOf = ({ standards }: Ledger): readonly Rule[] =>
  standards.flatMap(({ chapters }) => chapters.flatMap(({ rules }) => rules))

export const idsOf = ({ id }: Rule): readonly string[] => id.split(', ')

export interface NamedTest {
  /** From the root of the project. */
  readonly file: string
  /** As it stands in the source. */
  readonly title: string
}

/** @throws Error where it is not `file > title` */
export function namedTest(text: string): NamedTest {
  const [, name, title] = /^(\S+) > (.+)$/s.exec(text) ?? []
  if (!name || !title) throw new Error(`"${text}" is not "file > title"`)
  return { file: `test/${name}.test.ts`, title }
}

/** What is wrong with the ledger, as sentences; none where each named test and file is there. */
export function wrongIn(ledger: Ledger): string[] {
  const known = new Map<string, ReadonlySet<string>>()
  const isThere = (file: string) => existsSync(new URL(file, root))
  const wrongTest = (text: string) => {
    const { file, title } = namedTest(text)
    if (!isThere(file)) return ledger.awaited.includes(file) ? [] : [`${file} is not there`]
    if (!known.has(file)) known.set(file, new Set(titlesOf(readFileSync(new URL(file, root), 'utf8'))))
    return known.get(file)?.has(title) ? [] : [`${file} has no test "${title}"`]
  }
  return [
    ...rulesOf(ledger).flatMap(({ id, tests = [], said = [], differs, outside }) => {
      const isHeld = tests.length + said.length > 0 || differs !== undefined || outside !== undefined
      const missing = said.filter((file) => !isThere(file)).map((file) => `${id}: ${file} is not there`)
      return [...(isHeld ? [] : [`${id} is held by nothing`]), ...missing, ...tests.flatMap(wrongTest)]
    }),
    ...ledger.awaited.filter(isThere).map((file) => `${file} is awaited, and is there`),
  ]
}
