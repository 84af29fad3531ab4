import { fork } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Planted, planted } from './planted.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Milliseconds in which a bug has to be found and its counter-example shrunk. */
const limitMs = 60_000

const left = ['node_modules', '.git', '.data']

/** What the prover tells its parent when it has found something. */
export interface Finding {
  readonly steps: number
  readonly seconds: number
  readonly commands: number
  readonly request: string
  readonly differences: readonly string[]
}

/**
 * Plants each bug whose name has `match` in it in a copy of the project and has it found there.
 *
 * @returns whether all were found, and there was one
 */
export async function provePlanted(
  seed: number,
  match: string,
  stopped: () => boolean,
  say: (line: string) => void,
): Promise<boolean> {
  const bugs = planted.filter(({ name }) => name.includes(match))
  let missed = 0
  say(row('bug', 'found after', 'shrunk to', 'request', 'first difference'))
  say(row('---', '---', '---', '---', '---'))
  // One after the other: each has its minute for itself.
  for (const bug of bugs) {
    const found = stopped() ? 'not looked for' : await hunt(bug, seed)
    if (typeof found === 'string') {
      missed += 1
      say(row(bug.name, found, '', '', ''))
      continue
    }
    const { seconds, steps, commands, request, differences } = found
    const cost = `${seconds.toFixed(1)} s, ${steps} steps`
    say(row(bug.name, cost, `${commands} commands`, request, differences[0] ?? ''))
  }
  say(`${bugs.length - missed} of ${bugs.length} planted bugs were found`)
  return missed === 0 && bugs.length > 0
}

/** The source with the bug in it. @throws Error unless the place is there exactly once */
export function plantedIn(source: string, { name, file, find, replace }: Planted): string {
  const parts = source.split(find)
  if (parts.length !== 2) throw new Error(`${name}: what ${file} should have once, it has ${parts.length - 1} times`)
  return parts.join(replace)
}

/** The finding, or why there is none. */
async function hunt(bug: Planted, seed: number): Promise<Finding | string> {
  const copy = await mkdtemp(join(tmpdir(), 'janus-planted-'))
  try {
    await cp(root, copy, { recursive: true, filter: (path) => !left.includes(relative(root, path)) })
    // Not copied, and nothing of ours in it: Node strips no types under node_modules.
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    const file = join(copy, bug.file)
    await writeFile(file, plantedIn(await readFile(file, 'utf8'), bug))
    return await runProver(copy, bug, seed)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

function runProver(copy: string, bug: Planted, seed: number): Promise<Finding | string> {
  const { JANUS_TEST_SERVER, ...env } = process.env
  // The server has a migrated database that all others are copied from: another schema needs another server.
  const shared = bug.file.includes('migrations') ? {} : { JANUS_TEST_SERVER }
  return new Promise((resolve) => {
    const child = fork(join(copy, 'test/prove/run.ts'), ['--seed', String(seed), '--steps', '1000000'], {
      cwd: copy,
      silent: true,
      env: { ...env, ...shared },
    })
    let output = ''
    let finding: Finding | undefined
    child.on('message', (message) => {
      finding = message as Finding
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text) => {
        output = `${output}${text}`.slice(-400)
      })
    const late = setTimeout(() => child.kill('SIGINT'), limitMs)
    child.on('exit', (code) => {
      clearTimeout(late)
      if (finding && code === 1) resolve(finding)
      else resolve(code === 0 ? `not within ${limitMs / 1000} s` : `the prover ended with ${code}: ${output}`)
    })
  })
}

const row = (...cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
