import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { run } from '../../../../clients/check/run.ts'
import type { Installed } from './install.ts'
import { bin } from './tools.ts'

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
  readonly bytes: number
  readonly faults: readonly string[]
}

const session = `{ baseUrl: 'https://users.example.com', login: { username: 'root', password: 'correct horse' } }`

/** One call that walks a list, as a program would make it. */
const listCall = (face: string): string => `
  import { createJanus } from 'janus-users-client'
  import { ${face} } from 'janus-users-client/${face}'
  const janus = createJanus(${session})
  for await (const user of ${face}(janus).users.list()) console.log(user.username)
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

/** Bundles a program of the project, minified, as ES module for browsers, and compresses it. */
export async function weigh(what: Weighed, { project, manifest }: Installed): Promise<Weight> {
  const { title, program, bound = Infinity, node = false } = what
  const place = join(project, 'bundles')
  const file = (ending: string) => join(place, `${title.replace(/\W+/g, '-')}.${ending}`)
  mkdirSync(place, { recursive: true })
  writeFileSync(file('js'), program)
  const { status, output } = await run(
    bin('esbuild'),
    [
      file('js'),
      '--bundle',
      '--minify',
      '--format=esm',
      '--target=es2022',
      `--platform=${node ? 'node' : 'browser'}`,
      '--external:msw',
      '--log-level=warning',
      `--metafile=${file('json')}`,
      `--outfile=${file('min.js')}`,
    ],
    {},
    project,
  )
  if (status !== 0) return { ...what, bytes: NaN, faults: [`${title}: it cannot be bundled: ${output.trim()}`] }
  const text = readFileSync(file('min.js'))
  const bytes = gzipSync(text, { level: 9 }).length
  const meta = JSON.parse(readFileSync(file('json'), 'utf8')) as {
    outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>
  }
  const brought = Object.values(meta.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  )
  const unasked = Object.keys(manifest.exports).filter((entry) => {
    const target = manifest.exports[entry]?.slice(1) ?? ''
    return !program.includes(`'janus-users-client${entry.slice(1)}'`) && brought.some((path) => path.endsWith(target))
  })
  return {
    ...what,
    bytes,
    faults: [
      ...(bytes > bound ? [`${title}: ${bytes} bytes, ${bytes - bound} more than the bound of ${bound}.`] : []),
      ...unasked.map((entry) => `${title}: the bundle holds code of the entry "${entry}", which it does not import.`),
      ...(!node && /\bnode:/.test(text.toString()) ? [`${title}: the bundle speaks of "node:".`] : []),
    ],
  }
}
