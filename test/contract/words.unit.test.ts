import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { earlyFailures, failures, messages, problems, typeWords } from '../../generated/failures.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Everything in a table that is a text, wherever it stands. */
function textsIn(table: unknown): string[] {
  if (typeof table === 'string') return [table]
  return typeof table === 'object' && table !== null ? Object.values(table).flatMap(textsIn) : []
}

const answers = [...Object.values(failures).flatMap((styles) => Object.values(styles)), ...Object.values(earlyFailures)]
const codes = new Set<string>(answers.map(({ code }) => code))
const sentences = [...answers, ...Object.values(problems)].map(({ message }) => message)
const texts = new Set([...sentences, messages, typeWords].flatMap(textsIn))
// Of a placeholder alone: the sentence of the first breach.
texts.delete('{problem}')
/** What stands between placeholders. */
const fragments = [...texts].flatMap((text) => text.split(/\{\w+\}/)).map((fragment) => fragment.trim())
/** A short one may mean something else within another text. */
const telling = new Set(fragments.filter((each) => each.length >= (/[\u4e00-\u9fff]/.test(each) ? 4 : 15)))

/**
 * Where a source says again what the table says: a code, a sentence or a part of one, the status of
 * a reason.
 */
function repetitions(path: string, source: string): string[] {
  const found: string[] = []
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2024, true)
  const tell = (node: ts.Node, what: string) =>
    found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`)
  visit(file)
  return found

  function visit(node: ts.Node): void {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (codes.has(node.text)) tell(node, node.text)
      else if (texts.has(node.text) || [...telling].some((each) => node.text.includes(each))) tell(node, node.text)
    }
    if (
      ts.isPropertyAssignment(node) &&
      node.name.getText() in failures &&
      /\b[45]\d\d\b/.test(node.initializer.getText())
    )
      tell(node, node.getText())
    ts.forEachChild(node, visit)
  }
}

describe('what the contract says of failures', () => {
  it('is written in spec/ alone: the service takes it from there', () => {
    const sources = globSync('src/**/*.ts', { cwd: root })
    expect(sources.length).toBeGreaterThan(50)
    expect(sources.flatMap((path) => repetitions(path, readFileSync(`${root}${path}`, 'utf8')))).toEqual([])
  })

  it.each([
    ['a code', "const code = 'AUTH_003'"],
    ['a sentence', "const said = 'user not found'"],
    ['a sentence in Chinese', "const said = '用户不存在'"],
    ['a sentence with a value in it', 'const said = `$' + '{field} must be at most $' + '{limit}`'],
    ['what was done', "const said = 'user deleted successfully'"],
    ['a word for a type', "const said = 'a string'"],
    ['the status of a reason', 'const statuses = { email_taken: 409 }'],
  ])('is found where it is said again: %s', (_, source) => {
    expect(repetitions('x.ts', source)).toHaveLength(1)
  })

  it('is not found where it is not said', () => {
    expect(repetitions('x.ts', "throw new DomainError('email_taken', { retryAfter: 409 })")).toEqual([])
  })
})
