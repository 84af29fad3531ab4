import { fileURLToPath } from 'node:url'
import { compile, formatDiagnostic, NodeHost, resolveCompilerOptions } from '@typespec/compiler'
import type { Json } from './normalise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The OpenAPI document as the compiler makes it, as JSON; nothing is written.
 *
 * @param entry path of the TypeSpec file that leads to all others
 * @throws Error with the compiler's diagnostics, warnings too
 */
export async function compileContract(entry: string): Promise<Json> {
  const [options] = await resolveCompilerOptions(NodeHost, {
    cwd: root,
    entrypoint: entry,
    configPath: `${root}tspconfig.yaml`,
  })
  const written: string[] = []
  const host = {
    ...NodeHost,
    mkdirp: async (path: string) => path,
    writeFile: async (_: string, text: string) => {
      written.push(text)
    },
  }
  const { diagnostics } = await compile(host, entry, options)
  if (diagnostics.length > 0) throw new Error(diagnostics.map((each) => formatDiagnostic(each)).join('\n'))
  return JSON.parse(written[0] as string)
}
