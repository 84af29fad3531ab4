import { type Difference, PROSE } from './comparison.ts'
import { ComparisonError } from './references.ts'

export interface Verdict {
  ok: boolean
  /** One sentence; of a refusal, with what to do next. */
  words: string
}

/**
 * Whether a contract may be published under its version after the released one.
 *
 * A break needs a new major version (SemVer 2.0.0, clause 8). Below 1.0.0 "anything may change"
 * (clause 4); npm's caret draws the line there at the minor version (`^0.1.2` takes 0.1.3 and
 * refuses 0.2.0), so that is what a break needs. What is added needs a new minor version (clause
 * 7), below 1.0.0 a new patch. Prose needs none.
 */
export function judgeVersion(released: string, current: string, differences: readonly Difference[]): Verdict {
  const [was, is] = [partsOf(released), partsOf(current)]
  const breaking = differences.filter((difference) => difference.breaking).length
  const compatible = differences.filter(({ breaking, rule }) => !breaking && rule !== PROSE).length
  if (compareVersions(current, released) < 0)
    return refused(`${current} is lower than ${released}, which is released`, next(was, 'patch'))

  const needs = breaking > 0 ? (was[0] > 0 ? 'major' : 'minor') : was[0] > 0 ? 'minor' : 'patch'
  const enough = breaking + compatible === 0 || compareVersions(current, next(was, needs)) >= 0
  if (!enough) {
    const found = breaking > 0 ? 'there are breaking changes' : 'there are changes'
    const at = current === released ? `${released} is released and fixed` : `${current} is not enough`
    return refused(`${at}: ${found}, and they need a new ${needs} version`, next(was, needs))
  }
  const kind = breaking > 0 ? 'the breaking changes' : compatible > 0 ? 'the changes' : 'what changed'
  return {
    ok: true,
    words: is.join() === was.join() ? `${current}, as released` : `${current} after ${released} is enough for ${kind}`,
  }
}

/** Orders versions of the form `1.2.3`. Throws ComparisonError for any other. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
}

type Parts = [major: number, minor: number, patch: number]

function partsOf(version: string): Parts {
  const [, ...parts] = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version) ?? []
  if (parts.length === 0) throw new ComparisonError(`info.version is ${JSON.stringify(version)}, not of the form 1.2.3`)
  return parts.map(Number) as Parts
}

function next([major, minor, patch]: Parts, bump: 'major' | 'minor' | 'patch'): string {
  if (bump === 'major') return `${major + 1}.0.0`
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

function refused(why: string, version: string): Verdict {
  return {
    ok: false,
    words: `${why}. Undo what changed, or set info.version (spec/main.tsp) to ${version} and run npm run generate.`,
  }
}
