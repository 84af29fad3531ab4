import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeFolder } from './janus.ts'

const { PATH, NODE_COMPILE_CACHE = '' } = process.env

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `tools/NAME.ts` with this environment and nothing else of ours, in an empty folder. */
export async function runTool(
  name: string,
  env: Record<string, string>,
  args: readonly string[],
  input = '',
): Promise<Run> {
  const tool = fileURLToPath(new URL(`../../tools/${name}.ts`, import.meta.url))
  const given = { PATH, NODE_COMPILE_CACHE, BCRYPT_COST: '10', ...env }
  const run = promisify(execFile)(process.execPath, [tool, ...args], { cwd: await makeFolder(), env: given })
  run.child.stdin?.end(input)
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}
