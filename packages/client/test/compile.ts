import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { ContractDocument } from '../../../contract/document.ts'

export const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** The document that is checked in, to be changed. */
export const readDocument = () =>
  JSON.parse(readFileSync(path('../../generated/openapi.json'), 'utf8')) as ContractDocument & any

/** What is strict about the consumers that the client has to please. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  isolatedDeclarations: true,
  declaration: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  types: [],
}

/** Libraries and the core, which are read once. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/**
 * What the compiler says of these files, of `src/generated` unless there is another folder, in
 * place of those that are checked in: sentences after the name of the file and the line.
 */
export function compile(
  files: Readonly<Record<string, string>>,
  { folder = 'src/generated', ...more }: ts.CompilerOptions & { readonly folder?: string } = {},
): string[] {
  const own = new Map(Object.entries(files).map(([name, text]) => [path(`${folder}/${name}`), text]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => own.has(name) || fileExists(name)
  host.getSourceFile = (name, ...rest) => {
    const text = own.get(name)
    if (text !== undefined) return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...rest))
    return parsed.get(name)
  }
  const program = ts.createProgram([...own.keys()], { ...options, ...more }, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const at = file && `${file.fileName.split('/').at(-1)}:${file.getLineAndCharacterOfPosition(start).line + 1}`
    return `${at}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
