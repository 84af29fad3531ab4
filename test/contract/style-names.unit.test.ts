import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { ours } from '../support/contract-coverage.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A style's own files, where it is registered, and what speaks of one on purpose. */
const exempt = [
  /^src\/http\/(rpc|rest)\//,
  /^src\/http\/styles\.ts$/,
  // Shows people how to log in.
  /^src\/process\/welcome\.ts$/,
  /^packages\/[^/]+\/test\//,
  // Made of the document; what is built and installed; a person's use of the client.
  /^packages\/client\/(src\/generated|dist|check|examples)\//,
  // A session of the client is opened in the style that counts the life of a token in seconds.
  /^packages\/client\/src\/(session|send)\.ts$/,
  // Logs in.
  /^test\/support\/service\.ts$/,
  // The wires of the styles, bugs that are planted in one, and lines for a shell.
  /^test\/prove\/(wire-rpc|wire-rest|planted|seams|curl|prove\.test|client\.unit\.test)\.ts$/,
]

/**
 * How code would know a style, by the document: name, title, namespace, paths, and where a failure
 * has its code.
 */
function namesOfStyles(): RegExp {
  const styles = Object.entries(ours['x-styles'])
  const quoted = styles.flatMap(([name, { title, namespace }]) => [name, title, namespace])
  const paths = [...new Set(Object.keys(ours.paths).map((path) => path.split(/[/:]/)[1]))]
  const codes = styles.map(([, { failure }]) => failure.code?.slice(1).replaceAll('/', '\\??\\.'))
  const namespaces = styles.map(([, { namespace }]) => namespace)
  const [open, any] = ['[\'"`]', (all: readonly unknown[]) => `(?:${all.join('|')})`]
  return new RegExp(
    [
      `${open}${any(quoted)}${open}`,
      `${open}${any(namespaces)}\\.`,
      `${open}/${any(paths)}[/:?'"\`]`,
      `\\b${any(codes)}\\b`,
    ].join('|'),
  )
}

/** Lines of code, without comments and imports. */
function* linesOf(patterns: readonly string[]): Generator<[file: string, line: string]> {
  for (const file of globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).toSorted())
    for (const line of readFileSync(root + file, 'utf8').split('\n'))
      if (!/^\s*(\*|\/\*|\/\/|import |export .* from )/.test(line)) yield [file, line.trim()]
}

it('nothing knows a style by its name, its paths or its envelope, but from the document', () => {
  const names = namesOfStyles()
  expect('error_code').toMatch(names)
  expect("path.startsWith('/auth/')").toMatch(names)
  const patterns = [
    'src/**/*.ts',
    'contract/**/*.{ts,js,yaml}',
    'packages/**/*.{ts,js}',
    'spec/{generate,lib}/*.{ts,js}',
  ]
  const found = [...linesOf([...patterns, 'test/{support,prove}/*.ts'])]
    .filter(([file, line]) => !exempt.some((each) => each.test(file)) && names.test(line))
    .map(([file, line]) => `${file}: ${line}`)
  expect(found).toEqual([])
})
