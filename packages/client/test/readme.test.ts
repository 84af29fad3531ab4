import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../../../test/support/service.ts'
import { compile } from './compile.ts'
import { entries } from './entries.ts'
import { argumentsOf, runProgram } from './program.ts'
import { snippetsOf } from './snippets.ts'

// What the project's own pages show of the client is held to the same.
const files = ['packages/client/README.md', 'README.md', 'docs/clients.md']
const snippets = files
  .flatMap(snippetsOf)
  // The pages of the project have other programs too.
  .filter(({ name, code }) => name.startsWith('packages/client/') || code.includes("'janus-users-client"))

const given = `
import type { Janus } from 'janus-users-client'
import type { Rest } from 'janus-users-client/rest'
import type { Rpc } from 'janus-users-client/rpc'
declare global {
  const janus: Janus
  const a: Rpc
  const b: Rest
  const id: string
  const password: string
}
`

let service: Service
let folder: string
let id: string

beforeAll(async () => {
  service = await startService()
  folder = await mkdtemp(join(tmpdir(), 'janus-readme-'))
})
afterAll(async () => {
  await service.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  await service.knex('users').delete()
  await service.makeUser({ username: 'admin', role: 'admin' })
  ;({ id } = await service.makeUser({ username: 'planet' }))
})

describe('snippets of the client', () => {
  it('are found, and there are many', () => {
    expect(snippets.length).toBeGreaterThan(15)
    for (const file of files) expect(snippets.some(({ name }) => name.startsWith(file))).toBe(true)
  })

  it('compile under strict flags', () => {
    const paths = Object.fromEntries(Object.entries(entries).map(([name, url]) => [name, [fileURLToPath(url)]]))
    // A module each, at whose top one may wait.
    const modules = snippets.map(({ name, code }) => [`${name.replace(/\W/g, '-')}.ts`, `${code}\nexport {}\n`])
    const options = { folder: 'test', types: ['node'], paths, noUnusedLocals: false }
    expect(compile({ 'given.d.ts': given, ...Object.fromEntries(modules) }, options)).toEqual([])
  })

  it.each(snippets)('run: $name', async ({ name, code, prints }) => {
    const path = join(folder, `${name.replace(/\W/g, '-')}.mts`)
    await writeFile(path, code)
    const before = [
      '--import',
      new URL('given.ts', import.meta.url).href,
      '--experimental-webstorage',
      `--localstorage-file=${join(folder, 'local-storage')}`,
    ]
    const {
      code: ended,
      stdout,
      stderr,
    } = await runProgram(argumentsOf(path, [], before), {
      JANUS_URL: service.url,
      JANUS_PASSWORD: password,
      USER_ID: id,
      HOME: folder,
    })
    expect(ended, stderr).toBe(0)
    const lines = stdout.split('\n')
    expect(lines.filter((line) => prints.includes(line))).toEqual(prints)
  })
})
