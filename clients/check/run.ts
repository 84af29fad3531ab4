import { spawn } from 'node:child_process'
import { basename, delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Path of the folder of the generators. */
export const folder = fileURLToPath(new URL('..', import.meta.url))

/** What a command said, and the status with which it ended. */
export interface Ran {
  readonly status: number
  /** Both outputs, as they came. */
  readonly output: string
  readonly stdout: string
}

/**
 * Runs a program under this Node, in the folder of the generators unless told otherwise.
 *
 * @throws Error where it cannot be started, or has not ended after five minutes
 */
export function run(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = folder,
): Promise<Ran> {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, PATH: path, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 300_000,
    })
    const all: Buffer[] = []
    const out: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => {
      all.push(chunk)
      out.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => void all.push(chunk))
    child.on('error', ({ message }) => reject(new Error(`${program} could not be started: ${message}`)))
    child.on('close', (status, signal) => {
      if (signal) reject(new Error(`${basename(program)} was ended by ${signal}`))
      else
        resolve({ status: status ?? 1, output: Buffer.concat(all).toString(), stdout: Buffer.concat(out).toString() })
    })
  })
}

/** The path of a program that a package of the folder brings. */
export const bin = (name: string): string => `${folder}node_modules/.bin/${name}`
