import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilerFaults, type Fault, type Judgement, judge } from './faults.ts'
import type { Generator } from './generators.ts'
import { bin, folder, type Ran, run } from './run.ts'
import type { Row } from './table.ts'

/** The service that is asked, and its first administrator. */
export interface Target {
  /** Without a slash at its end. */
  readonly url: string
  readonly username: string
  readonly password: string
}

/** What the smoke test prints. */
interface Smoke {
  /** In their order; the first two are the styles. */
  readonly parts: readonly string[]
  readonly faults: readonly Fault[]
}

/** Generates, compiles and tries a client. `say` is told of each step. */
export async function checkGenerator(
  generator: Generator,
  target: Target,
  say: (text: string) => void,
): Promise<Judgement & { readonly row: Row }> {
  const { name, command, known } = generator
  const started = Date.now()
  const label = labelOf(generator)
  say(`${label}:`)
  const step = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    const from = Date.now()
    say(` ${title}`)
    try {
      const done = await work()
      say(` ${((Date.now() - from) / 1000).toFixed(1)} s,`)
      return done
    } catch (error) {
      say('\n')
      throw error
    }
  }
  const document = `${target.url}/openapi.json`
  const env = {
    JANUS_DOCUMENT: document,
    JANUS_URL: target.url,
    JANUS_USERNAME: target.username,
    JANUS_PASSWORD: target.password,
  }

  const [program, ...args] = command(document)
  const generated = await step('generate', () => run(bin(program), args, env))
  const compiled = await step('compile', () => run(bin('tsc'), ['--project', name, '--pretty', 'false']))
  const smoke = await step('smoke', () => smokeTest(name, env))

  const errors = compilerFaults(compiled.output)
  const judgement = judge([...generationFaults(generated), ...errors, ...smoke.faults], known)
  const verdict = (part: string) => {
    if (!smoke.parts.includes(part)) return 'not run'
    const own = smoke.faults.filter(({ where }) => where === part)
    if (own.length === 0) return 'ok'
    return own.some((fault) => judgement.unlisted.includes(fault)) ? 'FAULTS' : 'ok but for listed'
  }
  say(` ${judgement.unlisted.length === 0 ? 'ok' : `${judgement.unlisted.length} faults`}\n`)
  const row = {
    generator: label,
    compiles: errors.length === 0 ? 'yes' : `errors: ${errors.length}`,
    listed: judgement.met.length,
    rpc: verdict('RPC'),
    rest: verdict('REST'),
    more: smoke.parts
      .slice(2)
      .map((part) => `${part} ${verdict(part)}`)
      .join(', '),
    seconds: (Date.now() - started) / 1000,
  }
  return { ...judgement, row }
}

/** Its packages with their versions in `clients/package.json`. */
export function labelOf({ packages }: Generator): string {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return packages.map((name) => `${name} ${dependencies[name]}`).join(' + ')
}

/** Some say that something is wrong with a document, and end well. */
function generationFaults({ status, output }: Ran): Fault[] {
  const lines = output.split('\n').filter((line) => /\b(warn(ing)?|error|fail(ed|ure)?|unsupported)\b/i.test(line))
  if (status !== 0) return [{ where: 'generate', text: `it ended with ${status}: ${output.trim().slice(-2000)}` }]
  return lines.map((text) => ({ where: 'generate', text: text.trim() }))
}

async function smokeTest(name: string, env: Record<string, string>): Promise<Smoke> {
  const file = `out/${name}.mjs`
  const bundled = await run(bin('esbuild'), [
    `${name}/smoke.ts`,
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--packages=external',
    '--log-level=warning',
    `--outfile=${file}`,
  ])
  if (bundled.status !== 0) return broken(`it cannot be bundled: ${bundled.output.trim()}`)
  const { stdout, output } = await run(process.execPath, [file], env)
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } catch {
    return broken(`it said no result: ${output.trim().slice(-2000)}`)
  }
}

const broken = (text: string): Smoke => ({ parts: [], faults: [{ where: 'smoke', text }] })
