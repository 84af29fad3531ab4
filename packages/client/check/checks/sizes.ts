import { gzipSync } from 'node:zlib'
import { type BuildFailure, build } from 'esbuild'
import type { Installed } from './install.ts'

/** A program that is bundled to see what it weighs. */
export interface Weighed {
  readonly title: string
  readonly program: string
  /** Bytes of the bundle after gzip -9 at most. */
  readonly bound?: number
  /** For Node alone: it may import what Node brings. */
  readonly node?: boolean
}

export interface Weight extends Weighed {
  /** Not a number where it cannot be bundled. */
  readonly bytes: number
  /** Sentences. */
  readonly faults: readonly string[]
}

/** One call that walks a list; where the service is and who asks is not a part of it. */
const listCall = (face: string): string => `
  import { createJanus } from 'janus-users-client'
  import { ${face} } from 'janus-users-client/${face}'
  export async function show(options) {
    for await (const user of ${face}(createJanus(options)).users.list()) console.log(user.username)
  }
`
const whole = (...entries: string[]): string =>
  entries.map((entry, n) => `export * as part${n} from 'janus-users-client${entry}'\n`).join('')

/** The bounds are those that the client was made for. */
export const weighed: readonly Weighed[] = [
  { title: 'one list call, RPC', program: listCall('rpc'), bound: 4000 },
  { title: 'one list call, REST', program: listCall('rest'), bound: 4000 },
  { title: 'both faces whole', program: whole('', '/rpc', '/rest'), bound: 8000 },
  { title: 'core alone', program: whole('') },
  { title: 'entry ./local-storage', program: whole('/local-storage') },
  { title: 'entry ./file', program: whole('/file'), node: true },
  { title: 'entry ./query', program: whole('/query') },
  { title: 'entry ./msw, without MSW', program: whole('/msw') },
]

/** Bundles a program of the project, minified, as an ES module for browsers, and compresses it. */
export async function weigh(
  what: Weighed,
  { project, manifest }: Pick<Installed, 'project' | 'manifest'>,
): Promise<Weight> {
  const { title, program, bound = Infinity, node = false } = what
  const built = await build({
    stdin: { contents: program, resolveDir: project },
    absWorkingDir: project,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: node ? 'node' : 'browser',
    external: ['msw'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  }).catch((error: BuildFailure) => error.message)
  if (typeof built === 'string') return { ...what, bytes: Number.NaN, faults: [`${title}: ${built}`] }

  const text = built.outputFiles[0]?.contents ?? new Uint8Array()
  const bytes = gzipSync(text, { level: 9 }).length
  const parts = Object.values(built.metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path]?.bytesInOutput),
  )
  const unasked = Object.entries(manifest.exports).filter(
    ([entry, path]) =>
      !program.includes(`'janus-users-client${entry.slice(1)}'`) && parts.some((part) => part.endsWith(path.slice(1))),
  )
  return {
    ...what,
    bytes,
    faults: [
      ...(bytes > bound ? [`${title}: ${bytes} bytes, ${bytes - bound} more than the bound of ${bound}.`] : []),
      ...unasked.map(([entry]) => `${title}: the bundle holds code of the entry "${entry}", which it does not import.`),
      ...(!node && /\bnode:/.test(new TextDecoder().decode(text)) ? [`${title}: the bundle speaks of "node:".`] : []),
    ],
  }
}
