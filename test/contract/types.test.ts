import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const proofs = fileURLToPath(new URL('type-proofs.ts', import.meta.url))
const source = readFileSync(proofs, 'utf8')

/** The sources beside the proofs, which are read once. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/** What `tsc` says of the proofs when they read as `text`. */
function compile(text: string): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root,
  )
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile
  host.getSourceFile = (name, ...rest) => {
    if (name === proofs) return ts.createSourceFile(name, text, ts.ScriptTarget.ES2024)
    if (!parsed.has(name)) parsed.set(name, read(name, ...rest))
    return parsed.get(name)
  }
  const program = ts.createProgram([proofs], options, host)
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(proofs))
    .map(
      ({ messageText, start = 0 }) =>
        `${text.slice(0, start).split('\n').length}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
}

describe('the types of the contract', () => {
  it('refuse every handler that breaks it, and take those that follow it', () => {
    expect(source.match(/@ts-expect-error/g)?.length).toBeGreaterThan(15)
    expect(compile(source)).toEqual([])
  })

  it('refuse each for the reason that is given there, not for a slip', () => {
    const lines = source.split('\n')
    const told = compile(source.replaceAll('@ts-expect-error', '@expected'))
    const expected = lines.flatMap((line, at) => (line.includes('// @ts-expect-error') ? [at + 2] : []))
    expect([...new Set(told.map((each) => Number.parseInt(each, 10)))]).toEqual(expected)
    for (const each of told) expect(each).not.toMatch(/Cannot find (name|module)|implicitly has an 'any' type/)
  })
})
