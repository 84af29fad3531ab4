/**
 * `npm run lint:contract`: the document held against Redocly's and Spectral's strictest rules,
 * OWASP's, and our own (contract/lint). Any finding fails, a hint too. A rule is switched off only
 * with its reason written above it; how many are is printed. Nothing else may hide a finding.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml'

export interface LintResult {
  readonly findings: readonly string[]
  readonly suppressions: number
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** The rule files. */
export const rulebooks = { redocly: here('lint/redocly.yaml'), spectral: here('lint/spectral.yaml') }

/**
 * @param document path of the OpenAPI document
 * @throws Error where a linter does not report, or hides findings by an ignore file
 */
export async function lintContract(
  document = here('../generated/openapi.json'),
  rules = rulebooks,
): Promise<LintResult> {
  const [redocly, spectral] = await Promise.all([
    findingsOf('redocly', ['lint', '--config', rules.redocly, '--format', 'json', '--max-problems', '1000', document]),
    findingsOf('spectral', [
      'lint',
      '-r',
      rules.spectral,
      '-f',
      'json',
      '--quiet',
      '--fail-severity',
      'hint',
      document,
    ]),
  ])
  const suppressions = Object.values(rules).map((path) => countSuppressions(readFileSync(path, 'utf8'), path))
  return { findings: [...redocly, ...spectral], suppressions: suppressions.reduce((sum, each) => sum + each, 0) }
}

/**
 * Rules that are switched off in a rule file.
 *
 * @throws Error where one has no comment above it that says why
 */
export function countSuppressions(text: string, path: string): number {
  let count = 0
  visit(parseDocument(text), {
    Pair(_, pair, ancestors) {
      const { key, value } = pair
      const severity = isMap(value) ? value.get('severity') : isScalar(value) ? value.value : undefined
      if (!isOff(severity) || !isScalar(key) || !isRule(ancestors)) return
      count++
      const item = ancestors.findLast((node, index) => isMap(node) && isSeq(ancestors[index - 1]))
      if (!hasReason(key, pair, ancestors.at(-1)) && !hasReason(item, item, ancestors.findLast(isSeq)))
        throw new Error(`${path}: ${key.value} is switched off without a reason; write it above`)
    },
  })
  return count
}

/** Spectral takes `false` and -1 for `off`. */
function isOff(severity: unknown): boolean {
  return severity === 'off' || severity === false || severity === -1
}

function isRule(ancestors: readonly unknown[]): boolean {
  const holder = ancestors.at(-2)
  return isPair(holder) && isScalar(holder.key) && holder.key.value === 'rules'
}

/**
 * A comment above the first thing of a collection is taken by the parser for one above the
 * collection.
 */
function hasReason(node: unknown, entry: unknown, collection: unknown): boolean {
  if (isNode(node) && node.commentBefore) return true
  return isCollection(collection) && collection.items[0] === entry && Boolean(collection.commentBefore)
}

/**
 * What a linter reports, one line each. Its exit code is not trusted alone: a linter that cannot
 * run has found nothing.
 */
async function findingsOf(linter: 'redocly' | 'spectral', args: string[]): Promise<string[]> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const program = here(`../node_modules/.bin/${linter}`)
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, [program, ...args], { env, maxBuffer: 1 << 26 }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    ),
  )
  const start = stdout.search(/^[[{]/m)
  if (start < 0) throw new Error(`${linter} did not report: ${stderr.slice(0, 500)}`)
  const report = JSON.parse(stdout.slice(start))
  // What an ignore file hides, wherever Redocly found it, would be a suppression without a reason
  // that nobody counts.
  if (report.totals?.ignored > 0)
    throw new Error(`redocly ignored ${report.totals.ignored} findings: delete .redocly.lint-ignore.yaml`)
  if (linter === 'redocly')
    return report.problems.map(
      (each: { ruleId: string; message: string; location: { pointer: string }[] }) =>
        `${each.ruleId}: ${each.message} (${each.location[0]?.pointer})`,
    )
  return report.map(
    (each: { code: string; message: string; path: string[] }) =>
      `${each.code}: ${each.message} (#/${each.path.join('/')})`,
  )
}

if (import.meta.main) {
  const { findings, suppressions } = await lintContract(process.argv[2])
  for (const finding of findings) process.stdout.write(`${finding}\n`)
  process.stdout.write(`contract lint: ${findings.length} findings, ${suppressions} suppressions with reasons\n`)
  process.exitCode = findings.length > 0 ? 1 : 0
}
