import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diffReport } from '../../contract/diff.ts'
import { operationOf, schemaOf } from './diff/seed.ts'

const released = JSON.parse(readFileSync('contract/released/0.1.0.json', 'utf8'))
const command = resolve('contract/diff.ts')
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'contract-diff-'))
  write('contract/released/0.1.0.json', JSON.stringify(released))
})
afterEach(() => rmSync(root, { recursive: true }))

describe('npm run contract:diff', () => {
  it('passes when nothing changed, and writes the changelog', () => {
    publish('0.1.0')
    expect(run()).toMatchObject({ status: 0, stderr: '' })
    expect(read('generated/CHANGES.md')).toMatch(/## 0\.1\.0\n\nThe first contract\.\n$/)
    expect(JSON.parse(read('generated/changes.json'))).toEqual([
      { version: '0.1.0', breaking: [], compatible: [], prose: 0 },
    ])
  })

  it('fails on a break under the same version, names operation and place, and says what to do', () => {
    publish('0.1.0', breakCreate)
    const { status, stdout, stderr } = run()
    expect(status).toBe(1)
    expect(stdout).toContain(
      'BREAKING  `Rpc.Users.create`, request body.can_write: is gone (`request-property-removed`)',
    )
    expect(stdout).toContain('0.1.0 -> 0.1.0: 1 breaking, 0 compatible, prose in 0 places')
    expect(stderr).toContain('set info.version (spec/main.tsp) to 0.2.0')
    expect(existsSync(join(root, 'generated/CHANGES.md'))).toBe(false)
  })

  it('fails on a break that the version does not tell', () => {
    publish('0.1.1', breakCreate)
    expect(run().status).toBe(1)
  })

  it('passes a break under the version that it needs, and words it in the changelog', () => {
    publish('0.2.0', breakCreate)
    expect(run().status).toBe(0)
    expect(read('generated/CHANGES.md')).toContain(
      '## 0.2.0, after 0.1.0\n\n### Breaking\n\n- `Rpc.Users.create`, request body.can_write: is gone',
    )
  })

  it('fails on a compatible change under the same version', () => {
    publish('0.1.0', addHeader)
    expect(run().status).toBe(1)
  })

  it('writes the same changelog again', () => {
    publish('0.2.0', breakCreate)
    run()
    const first = read('generated/CHANGES.md')
    run()
    expect(read('generated/CHANGES.md')).toBe(first)
  })
})

describe('npm run contract:diff -- --check', () => {
  it('fails where the changelog is missing or stale, and writes nothing', () => {
    publish('0.2.0', breakCreate)
    expect(run('--check')).toMatchObject({ status: 1, stderr: expect.stringContaining('CHANGES.md is stale') })
    expect(existsSync(join(root, 'generated/CHANGES.md'))).toBe(false)
    write('generated/CHANGES.md', 'stale')
    expect(run('--check').status).toBe(1)
    expect(read('generated/CHANGES.md')).toBe('stale')
  })

  it('passes where it is fresh', () => {
    publish('0.2.0', breakCreate)
    run()
    expect(run('--check')).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('npm run contract:diff -- --release', () => {
  it('keeps the contract, and the next one is compared with it', () => {
    publish('0.2.0', breakCreate)
    expect(run('--release').status).toBe(0)
    expect(read('contract/released/0.2.0.json')).toBe(read('generated/openapi.json'))
    publish('0.10.0', breakCreate, addHeader)
    expect(run('--release').status).toBe(0)
    publish('0.10.1', breakCreate)
    const { status, stdout } = run()
    expect(status).toBe(1)
    expect(stdout).toContain('BREAKING  `Rpc.Users.create`, answer 201 header ETag: is gone')
    expect(read('generated/CHANGES.md').match(/^## .*$/gm)).toEqual([
      ...['## 0.10.0, after 0.2.0', '## 0.2.0, after 0.1.0', '## 0.1.0'],
    ])
  })

  it('does not replace a release', () => {
    publish('0.1.0', (contract) => {
      contract.info.description = 'Another.'
    })
    expect(run('--release')).toMatchObject({ status: 1, stderr: expect.stringContaining('0.1.0 is released already') })
    expect(read('contract/released/0.1.0.json')).toBe(JSON.stringify(released))
  })

  it('keeps nothing that its version does not allow', () => {
    publish('0.1.1', breakCreate)
    expect(run('--release').status).toBe(1)
    expect(readdirSync(join(root, 'contract/released'))).toEqual(['0.1.0.json'])
  })
})

describe('a comparison that fails', () => {
  it.each<[string, () => void]>([
    ['a reference leads nowhere', () => publish('0.2.0', (c) => delete c.components.schemas.Role)],
    ['the contract is no JSON', () => write('generated/openapi.json', '{')],
    ['the contract has no version', () => publish('0.2.0', (c) => delete c.info.version)],
    ['the contract has no paths', () => publish('0.2.0', (c) => delete c.paths)],
    ['a schema is no schema', () => publish('0.2.0', (c) => Object.assign(c.components.schemas, { Role: 1 }))],
    ['the contract is not there', () => {}],
    [
      'a release is under another name',
      () => {
        publish('0.2.0')
        write('contract/released/0.3.0.json', JSON.stringify(released))
      },
    ],
    [
      'there is no release',
      () => {
        publish('0.2.0')
        rmSync(join(root, 'contract/released/0.1.0.json'))
      },
    ],
  ])('exits with 2 and is not told as clean: %s', (_, prepare) => {
    prepare()
    const { status, stdout, stderr } = run()
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('the contracts could not be compared')
    expect(() => diffReport(root)).toThrow()
  })

  it('is told for an option that does not exist, too', () => {
    publish('0.1.0')
    expect(run('--chek').status).toBe(2)
  })
})

describe('diffReport', () => {
  it('counts what the command tells', () => {
    publish('0.1.1', breakCreate, addHeader)
    expect(diffReport(root)).toEqual({
      ...{ released: '0.1.0', current: '0.1.1', breaking: 1, compatible: 1, prose: 0 },
      verdict: { ok: false, words: expect.stringContaining('0.2.0') },
    })
  })

  it('finds that the contract of this project may be published under its version', () => {
    expect(diffReport().verdict).toMatchObject({ ok: true })
  })
})

function breakCreate(contract: any): void {
  delete schemaOf(contract, 'Rpc.UserCreate').properties.can_write
}

function addHeader(contract: any): void {
  operationOf(contract, 'Rpc.Users.create').responses['201'].headers.ETag = { schema: { type: 'string' } }
}

function publish(version: string, ...changes: ((contract: any) => void)[]): void {
  const contract = structuredClone(released)
  contract.info.version = version
  for (const change of changes) change(contract)
  write('generated/openapi.json', JSON.stringify(contract))
}

function run(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...options], { cwd: root, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
