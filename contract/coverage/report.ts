import type { ContractDocument } from '../document.ts'
import type { Declared, Observation } from './declared.ts'
import { declaredBy } from './declared.ts'
import { codesInExamples } from './examples.ts'

export interface Total {
  readonly seen: number
  readonly declared: number
}

/** `generated/coverage.json`: nothing in it that two runs of one suite do not share. */
export interface CoverageReport {
  /** The version of the contract. */
  readonly contract: string
  readonly totals: Readonly<Record<'answers' | 'codes' | 'roles' | 'inputs' | 'examples', Total>>
  readonly operations: readonly OperationCoverage[]
  /** The answers that belong to no operation. */
  readonly elsewhere: readonly Pick<OperationCoverage, 'id' | 'answers' | 'codes'>[]
}

export interface OperationCoverage {
  readonly id: string
  readonly answers: readonly { readonly status: number; readonly type: string; readonly seen: boolean }[]
  readonly codes: readonly { readonly code: string; readonly seen: boolean }[]
  readonly roles: readonly { readonly role: string; readonly allowed: boolean; readonly seen: boolean }[]
  /** Whether a good value went through, and a bad one was refused. */
  readonly inputs: readonly {
    readonly in: string
    readonly name: string
    readonly good: boolean
    readonly bad: boolean
  }[]
}

/**
 * Holds what was seen against what is declared. Each gap is a line that names what lacks what, and
 * what to do.
 */
export function reportCoverage(
  document: ContractDocument,
  seen: readonly Observation[],
): { report: CoverageReport; gaps: string[] } {
  const declared = declaredBy(document)
  const names = new Set(seen.map((each) => JSON.stringify(each)))
  const was = (...observation: Observation) => names.has(JSON.stringify(observation))
  const operations = declared.operations.map((each) => cover(each, was))
  const elsewhere = declared.elsewhere
    .map((each) => cover(each, was))
    .map(({ id, answers, codes }) => ({ id, answers, codes }))
  const examples = declared.examples.map((pointer) => ({ pointer, seen: was('example', pointer) }))
  const everywhere = [...operations, ...elsewhere]
  return {
    report: {
      contract: declared.version,
      totals: {
        answers: total(everywhere.flatMap(({ answers }) => answers.map((each) => each.seen))),
        codes: total(everywhere.flatMap(({ codes }) => codes.map((each) => each.seen))),
        roles: total(operations.flatMap(({ roles }) => roles.map((each) => each.seen))),
        inputs: total(operations.flatMap(({ inputs }) => inputs.flatMap(({ good, bad }) => [good, bad]))),
        examples: total(examples.map((each) => each.seen)),
      },
      operations,
      elsewhere,
    },
    gaps: [
      ...elsewhere.flatMap((each) => gapsOf({ ...each, roles: [], inputs: [] })),
      ...operations.flatMap(gapsOf),
      ...codesWithoutExample(document, everywhere).map(
        (code) => `${code} has no example: give its answer one in spec/`,
      ),
      ...examples
        .filter((each) => !each.seen)
        .map(({ pointer }) => `${pointer} was never run, sent or answered: run this example in a test`),
    ],
  }
}

/** What keeps a report from being that of a contract all of which was seen, a line each. */
export function incompleteness({ contract, totals }: CoverageReport, version: string): string[] {
  return [
    ...(contract === version ? [] : [`is of the contract ${contract}, not of ${version}`]),
    ...Object.entries(totals)
      .filter(([, { seen, declared }]) => seen !== declared || declared === 0)
      .map(([what, { seen, declared }]) => `has ${seen} of ${declared} ${what}`),
  ]
}

function cover(
  { id, answers, codes, roles, inputs }: Declared,
  was: (...observation: Observation) => boolean,
): OperationCoverage {
  return {
    id,
    answers: answers.map(({ status, type }) => ({
      status: Number(status),
      type,
      seen: was('answer', id, status, type),
    })),
    codes: codes.map((code) => ({ code, seen: was('code', id, code) })),
    roles: roles.map(({ role, allowed }) => ({
      role,
      allowed,
      seen: was('role', id, role, allowed ? 'allowed' : 'refused'),
    })),
    inputs: inputs.map((input) => ({
      in: input.in,
      name: input.name,
      good: was('input', id, input.in, input.name, 'good'),
      bad: was('input', id, input.in, input.name, 'bad'),
    })),
  }
}

function gapsOf({ id, answers, codes, roles, inputs }: OperationCoverage): string[] {
  const testOrDrop = 'test it or take it out of spec/'
  return [
    ...answers
      .filter(({ seen }) => !seen)
      .map(({ status, type }) => `${id} never answered ${status} (${type || 'no body'}): ${testOrDrop}`),
    ...codes.filter(({ seen }) => !seen).map(({ code }) => `${id} never failed with ${code}: ${testOrDrop}`),
    ...roles
      .filter(({ seen }) => !seen)
      .map(
        ({ role, allowed }) =>
          `${id} was never ${allowed ? 'done by' : 'refused to'} ${role}: test it or change its x-roles`,
      ),
    ...inputs.flatMap((input) =>
      (['good', 'bad'] as const)
        .filter((value) => !input[value])
        .map((value) => `${id} never got a ${value} value in the ${input.in}'s ${input.name}: ${testOrDrop}`),
    ),
  ]
}

function codesWithoutExample(
  document: ContractDocument,
  covered: readonly Pick<OperationCoverage, 'codes'>[],
): string[] {
  const shown = codesInExamples(document)
  const all = new Set(covered.flatMap(({ codes }) => codes.map(({ code }) => code)))
  return [...all].filter((code) => !shown.has(code)).sort()
}

function total(seen: readonly boolean[]): Total {
  return { seen: seen.filter(Boolean).length, declared: seen.length }
}
