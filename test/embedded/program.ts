import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EmbeddedOptions } from '@janus/embedded-postgres'
import type pg from 'pg'
import { eventually } from '../support/processes.ts'

export interface Program {
  readonly process: ChildProcess
  readonly lines: string[]
  readonly ended: Promise<number | null>
  acknowledged(): string[]
  /** Waits for a line, after the first so many. */
  says(beginning: string, after?: number): Promise<string>
}

/** Those of the test that runs. */
export const children: Program[] = []

export function program(
  options: Partial<EmbeddedOptions>,
  task: 'idle' | 'write' | 'leave',
  { uid, env }: { uid?: number; env?: NodeJS.ProcessEnv } = {},
): Program {
  const script = fileURLToPath(new URL('child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(options), task], {
    ...(uid !== undefined && { uid, gid: uid }),
    cwd: '/',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  const result: Program = {
    process: child,
    lines,
    ended: new Promise((resolve) => child.once('close', resolve)),
    acknowledged: () => lines.filter((line) => line.startsWith('acknowledged')).map((line) => line.split(' ')[1] ?? ''),
    async says(beginning, after = 0) {
      const find = () => lines.slice(after).find((line) => line.startsWith(beginning))
      await eventually(
        () => find() !== undefined,
        () => `no "${beginning}" in:\n${lines.slice(-20).join('\n')}`,
      )
      return find() ?? ''
    },
  }
  children.push(result)
  return result
}

export async function connectionOf(child: Program): Promise<pg.ClientConfig> {
  return JSON.parse((await child.says('ready')).slice('ready '.length))
}
