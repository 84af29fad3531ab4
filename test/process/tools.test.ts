import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'janus-tools-'))
afterAll(() => rmSync(folder, { recursive: true }))

function run(args: string[], env: Record<string, string> = {}) {
  const { PATH } = process.env
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env: { PATH, ...env }, encoding: 'utf8' })
  return { status, stderr }
}

/** A tool that fails by this code. */
function failing(code: string): string[] {
  const file = join(folder, 'tool.ts')
  writeFileSync(file, code)
  return ['--import', './bin/failures.js', file]
}

describe('a tool that fails', () => {
  it.each([
    ['at once', "throw new Error('no spec')", 'no spec'],
    ['while it waits', "await Promise.reject(new Error('no database'))", 'no database'],
    ['unseen', "void Promise.reject(new Error('no disk'))", 'no disk'],
    ['at several addresses', "throw new AggregateError([new Error('refused')])", 'refused'],
    ['before it begins', "import './nothing.ts'", "Cannot find module '"],
    ['with what is no error', "throw 'a word'", 'a word'],
  ])('%s says a sentence', (_, code, sentence) => {
    const { status, stderr } = run(failing(code))
    expect(status).toBe(1)
    expect(stderr.split('\n')).toEqual([expect.stringContaining(sentence), '(DEBUG=1 shows where.)', ''])
  })

  it('shows its stack when asked for', () => {
    expect(run(failing("throw new Error('no spec')"), { DEBUG: '1' }).stderr).toMatch(/no spec\n +at .*tool\.ts:1/)
  })

  it.each([
    'generate',
    'contract',
    'coverage:contract',
    'contract:diff',
    'lint:contract',
    'prove',
    'docs',
    'keys',
    'admin',
    'schema',
  ])('does so as npm run %s', (name) => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(scripts[name]).toMatch(/^node --import \.\/bin\/failures\.js /)
  })
})

describe('the command line of Knex', () => {
  const status = ['node_modules/knex/bin/cli.js', '--knexfile', 'knexfile.ts', 'migrate:status']

  it.each([
    ['without DATABASE_URL', {}, 'Set DATABASE_URL'],
    ['without its database', { DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'ECONNREFUSED'],
  ])('%s says why, without a stack', (_, env, sentence) => {
    const { status: code, stderr } = run(status, env as Record<string, string>)
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
