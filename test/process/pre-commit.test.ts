import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const hooks = join(root, '.githooks')
const repository = mkdtempSync(join(tmpdir(), 'janus-hook-'))
// Those of a commit at work would name its repository.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, env, stdio: 'pipe' })

/** What the commit of this file comes to. */
function commit(name: string, text: string): { status: number | null; said: string } {
  writeFileSync(join(repository, name), text)
  git('add', name)
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']
  const result = spawnSync('git', [...author, 'commit', '-m', 'x'], { cwd: repository, env, encoding: 'utf8' })
  git('rm', '-q', '-f', '--cached', name)
  return { status: result.status, said: result.stdout + result.stderr }
}

beforeAll(() => {
  git('init', '-q')
  git('config', 'core.hooksPath', hooks)
  copyFileSync(join(root, 'biome.json'), join(repository, 'biome.json'))
  symlinkSync(join(root, 'node_modules'), join(repository, 'node_modules'))
  // In place of the compiler, which takes its time.
  const typecheck = "! grep -n 'wrong' neat.ts"
  writeFileSync(join(repository, 'package.json'), JSON.stringify({ scripts: { typecheck } }))
})
afterAll(() => rmSync(repository, { recursive: true }))

describe('the pre-commit hook', () => {
  it('can be run', () => {
    expect(() => accessSync(join(hooks, 'pre-commit'), constants.X_OK)).not.toThrow()
  })

  it('refuses a staged file that is badly formatted, and names it', () => {
    const { status, said } = commit('ugly.ts', 'export const   a = "b";\n')
    expect(status).toBe(1)
    expect(said).toContain('ugly.ts')
  })

  it('takes one that is well formatted, whatever lies beside it unstaged, and files that no tool knows', () => {
    writeFileSync(join(repository, 'unstaged.ts'), 'export const   a = "b";\n')
    expect(commit('neat.ts', "export const a = 'b'\n")).toMatchObject({ status: 0 })
    expect(commit('notes.txt', 'anything  \n')).toMatchObject({ status: 0 })
  })

  it('refuses what the check of the types refuses', () => {
    const { status, said } = commit('neat.ts', "export const a = 'wrong'\n")
    expect(status).toBe(1)
    expect(said).toContain("1:export const a = 'wrong'")
  })
})
