import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const sources = new URL('./sources.ts', import.meta.url).href

export interface Outcome {
  readonly code: number | string | null
  readonly stdout: string
  readonly stderr: string
}

/** The arguments of Node for a program that imports the package: it gets its sources. */
export function argumentsOf(program: URL | string, args: readonly string[] = [], before: readonly string[] = []) {
  const path = program instanceof URL ? fileURLToPath(program) : program
  return ['--import', sources, ...before, path, ...args]
}

/** The environment of a program: what it is given, and nothing else of ours. */
export function environmentOf(given: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE = '' } = process.env
  return { PATH, NODE_COMPILE_CACHE, ...given }
}

/** Runs a program of Node to its end. */
export function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { readonly cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env: environmentOf(env), timeout: 50_000, ...options },
      (error, stdout, stderr) => {
        resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr })
      },
    )
  })
}
