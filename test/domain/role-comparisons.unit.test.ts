import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { roles } from '../../src/domain/users/user.ts'

/*
 * What a role may do stands in the contract and in one table. A role that is compared anywhere else
 * would be a rule of its own, which neither the answer to `GET /auth:permissions` nor the pages know.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))

/** Where a role is compared all the same, how often, and why that is no rule. */
const exceptions: Readonly<Record<string, readonly [number, string]>> = {
  'src/domain/users/permissions.ts': [2, 'the rules that read the table: targets and grants'],
  'src/http/authenticate.ts': [1, 'the roles of the contract (`x-roles`)'],
  'src/domain/caller.ts': [1, 'the same once more, under the lock of the row'],
  'src/http/permissions.ts': [1, 'the same, for those who ask what they may do'],
  'src/domain/users/stats.ts': [3, 'counts by role'],
}

const comparisons = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
])
const searches = ['includes', 'indexOf', 'lastIndexOf', 'has', 'startsWith', 'endsWith', 'localeCompare']

/** @param texts instead of what stands in these files, which alone are looked at then */
function roleComparisons(texts?: Readonly<Record<string, string>>): { file: string; code: string }[] {
  const files = texts ? Object.keys(texts).map((file) => join(root, file)) : sources
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const read = host.readFile
  host.readFile = (path) => texts?.[relative(root, path)] ?? read(path)
  const { getSourceFile } = host
  host.getSourceFile = (path, ...more) => {
    const text = texts?.[relative(root, path)]
    return text === undefined
      ? getSourceFile(path, ...more)
      : ts.createSourceFile(path, text, options.target ?? 99, true)
  }
  const program = ts.createProgram(files, { ...options, noEmit: true, skipLibCheck: true }, host)
  const checker = program.getTypeChecker()

  /** Whether it can be nothing but a role. */
  function isRole(node: ts.Node): boolean {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(node))
    const parts = type.isUnion() ? type.types : [type]
    return parts.every((part) => part.isStringLiteral() && (roles as readonly string[]).includes(part.value))
  }
  const isText = (node: ts.Node) =>
    (checker.getNonNullableType(checker.getTypeAtLocation(node)).flags & ts.TypeFlags.StringLike) !== 0 &&
    !checker.getNonNullableType(checker.getTypeAtLocation(node)).isUnion() &&
    !ts.isStringLiteralLike(node)

  function compares(node: ts.Node): boolean {
    if (ts.isBinaryExpression(node) && comparisons.has(node.operatorToken.kind)) {
      const { left, right } = node
      // A text of the language beside another role, or beside what can be any text.
      return isRole(left) ? isRole(right) || isText(right) : isRole(right) && isText(left)
    }
    if (ts.isSwitchStatement(node)) return isRole(node.expression)
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
    return searches.includes(node.expression.name.text) && node.arguments.some(isRole)
  }

  return program
    .getSourceFiles()
    .filter(({ fileName }) => files.includes(fileName))
    .flatMap((source) => {
      const found: { file: string; code: string }[] = []
      const walk = (node: ts.Node): void => {
        if (compares(node)) found.push({ file: relative(root, source.fileName), code: node.getText(source) })
        ts.forEachChild(node, walk)
      }
      walk(source)
      return found
    })
}

const countByFile = (found: { file: string }[]) =>
  Object.fromEntries([...Map.groupBy(found, ({ file }) => file)].map(([file, all]) => [file, all.length]))

describe('a role', () => {
  it('is compared where the table is, and nowhere else but for reasons', () => {
    const found = roleComparisons()
    const expected = Object.fromEntries(Object.entries(exceptions).map(([file, [count]]) => [file, count]))
    expect(countByFile(found), JSON.stringify(found, null, 1)).toEqual(expected)
  })

  it('would be found where it is compared in any other way', () => {
    const strays = [
      "export const a = (user: User) => user.role === 'super_admin'",
      "export const b = (user: User) => 'admin' != user.role",
      'export const c = (one: User, other: User) => one.role === other.role',
      "export const d = (user: User) => ['admin', 'manager'].includes(user.role)",
      'export const e = (user: User, seniors: Set<string>) => seniors.has(user.role)',
      "export function f({ role }: User) { switch (role) { case 'guest': return 1; default: return 2 } }",
      "export const g = (name: string) => name === 'super_admin'",
      'export const h = (user: User, order: string[]) => order.indexOf(user.role) < 2',
    ]
    const file = 'src/domain/users/full-name.ts'
    const text = [
      "import type { User } from './user.ts'",
      'export const normalFullName = (name: string) => name',
      ...strays,
    ]
    const found = roleComparisons({ [file]: text.join('\n') })
    expect(found.map(({ code }) => text.findIndex((line) => line.includes(code)) - 1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})
