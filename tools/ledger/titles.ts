import ts from 'typescript'

/** The titles of the tests of a source (`it`, `it.each`), as they stand there. */
export function titlesOf(source: string): string[] {
  const titles: string[] = []
  const walk = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) titles.push(...titleOf(node.arguments[0]))
    ts.forEachChild(node, walk)
  }
  walk(ts.createSourceFile('a.test.ts', source, ts.ScriptTarget.Latest, true))
  return titles
}

/** `it`, `it.each(…)`, `it.runIf(…)`, but not the call that only makes one. */
function isTest(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === 'it'
  if (ts.isCallExpression(called)) return isMaker(called.expression)
  return (
    isMaker(called) && !['each', 'for', 'runIf', 'skipIf'].includes((called as ts.PropertyAccessExpression).name.text)
  )
}

const isMaker = (node: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'it'

function titleOf(node: ts.Expression | undefined): string[] {
  if (!node) return []
  if (ts.isStringLiteralLike(node)) return [node.text]
  return ts.isTemplateExpression(node) ? [node.getText().slice(1, -1)] : []
}

const placeholder = /\$\{[^}]*\}|%\.?\d*[sdifjoO#$%]|\$[\w.]+/g

/** The title with dots for what is only known when it runs. */
export const readable = (title: string): string => title.replace(placeholder, '…')

/**
 * What the title of a test is when it runs: `%s` and `$name` of `it.each`, and `${…}`, stand for
 * any text.
 */
export function titlePattern(title: string): RegExp {
  const parts = title.split(placeholder)
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's')
}
