import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Observation } from '../../contract/coverage/declared.ts'
import { root, sourcesDigest } from '../../contract/coverage/record.ts'
import { reportCoverage } from '../../contract/coverage/report.ts'
import { document, everything, everythingBut } from './made-up-contract.ts'

describe('npm run coverage:contract', () => {
  let copy: string

  beforeAll(() => {
    copy = makeCopy()
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  const record = (observations: Observation[]) =>
    writeFileSync(join(copy, 'coverage/contract.json'), JSON.stringify({ sources: sourcesDigest(copy), observations }))
  const run = (...args: string[]) => spawnSync(process.execPath, ['contract/coverage.ts', ...args], { cwd: copy })
  const written = () => readFileSync(join(copy, 'generated/coverage.json'), 'utf8')

  it('refuses to judge what no complete run has recorded', () => {
    const { status, stderr } = run('--recorded')
    expect(status).toBe(1)
    expect(`${stderr}`).toMatch(/no complete run/)
    expect(written).toThrow('ENOENT')
  })

  it.each([
    'src/main.ts',
    'src/http/request-pipeline.ts',
    'test/new.test.ts',
    'spec/main.tsp',
    'generated/openapi.json',
  ])('refuses to judge a run from before a change of %s', (changed) => {
    record(everything())
    const before = readFileSync(join(copy, 'generated/openapi.json'))
    mkdirSync(join(copy, changed, '..'), { recursive: true })
    writeFileSync(join(copy, changed), `${before} `)
    const { status, stderr } = run('--recorded')
    expect(status).toBe(1)
    expect(`${stderr}`).toMatch(/has changed since the suite was run/)
    expect(written).toThrow('ENOENT')
    rmSync(join(copy, changed))
    writeFileSync(join(copy, 'generated/openapi.json'), before)
  })

  it('writes the report and ends with 0 where nothing is missing', () => {
    record(everything())
    const { status, stdout } = run('--recorded')
    expect(`${stdout}`).toMatch(/^answers +6 of 6$/m)
    expect(status).toBe(0)
    expect(JSON.parse(written())).toEqual(reportCoverage(document, everything()).report)
  })

  it('holds what is checked in against the run, and leaves it alone', () => {
    expect(run('--recorded', '--check').status).toBe(0)
    const stale = written().replace('"seen": true', '"seen": false')
    writeFileSync(join(copy, 'generated/coverage.json'), stale)
    const { status, stderr } = run('--recorded', '--check')
    expect(status).toBe(1)
    expect(`${stderr}`).toMatch(/not what the suite shows/)
    expect(written()).toBe(stale)
  })

  it.each([
    ['"contract": "9.9.9"', '"contract": "9.9.8"', 'is of the contract 9.9.8, not of 9.9.9'],
    ['"seen": 6', '"seen": 5', 'has 5 of 6 answers'],
    [/"seen": 2,\s+"declared": 2/, '"seen": 0, "declared": 0', 'has 0 of 0 codes'],
  ])('tells before anything is run that what is checked in is not complete: %s', (from, to, told) => {
    record(everything())
    run('--recorded')
    writeFileSync(join(copy, 'generated/coverage.json'), written().replace(from, to))
    const { status, stdout, stderr } = run('--check')
    expect([status, `${stdout}`]).toEqual([1, ''])
    expect(`${stderr}`).toContain(told)
  })

  it('tells each gap and ends with 1', () => {
    record(everythingBut('["code","Rpc.Cats.feed","NO_SUCH_CAT"]'))
    const { status, stdout, stderr } = run('--recorded')
    expect(status).toBe(1)
    expect(`${stdout}`).toContain('Rpc.Cats.feed never failed with NO_SUCH_CAT')
    expect(`${stderr}`).toMatch(/1 gap$/m)
  })
})

describe('a run of the suite', () => {
  let copy: string

  beforeAll(() => {
    copy = makeCopy()
    cpSync(join(root, 'test/support/contract-record.ts'), join(copy, 'test/support/contract-record.ts'))
    const experimental = `{ viteModuleRunner: false, nodeLoader: false }`
    const setup = `globalSetup: ['test/support/contract-record.ts']`
    const config = `export default { test: { ${setup}, isolate: false, experimental: ${experimental} } }`
    writeFileSync(join(copy, 'vitest.config.ts'), config)
    for (const [name, pointer] of [
      ['one', '/a'],
      ['two', '/b'],
    ])
      writeFileSync(
        join(copy, `test/${name}.test.ts`),
        `import { appendFileSync } from 'node:fs'
         import { it } from 'vitest'
         it('${name}', () => {
           appendFileSync(process.env.JANUS_CONTRACT_RUN + '/${name}', '["example","${pointer}"]\\n')
           if (process.env.BREAK === '${name}') throw new Error()
         })`,
      )
  })
  afterAll(() => rmSync(copy, { recursive: true }))

  const vitest = (args: string[], env = {}) =>
    spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
      cwd: copy,
      env: { ...process.env, ...env },
    }).status
  const recordFile = () => join(copy, 'coverage/contract.json')
  const recorded = () => readFileSync(recordFile(), 'utf8')
  const complete = (observations: unknown = [a, b]) => JSON.stringify({ sources: sourcesDigest(copy), observations })
  const [a, b] = [
    ['example', '/a'],
    ['example', '/b'],
  ]
  beforeEach(() => rmSync(recordFile(), { force: true }))

  it.each([
    ['of one file', ['one'], {}, 0],
    ['of the tests of one name', ['-t', 'two'], {}, 0],
    ['of half the files', ['--shard', '1/2'], {}, 0],
    ['of all but one', ['--exclude', '**/one.test.ts'], {}, 0],
    ['of one file that fails', ['one'], { BREAK: 'one' }, 1],
  ])('%s is no record', (_, args, env, status) => {
    expect(vitest(args, env)).toBe(status)
    expect(recorded).toThrow('ENOENT')
  })

  it('of some files leaves the record of other sources alone, and adds to that of its own', () => {
    const other = JSON.stringify({ sources: 'others', observations: [b] })
    writeFileSync(recordFile(), other)
    expect(vitest(['one'])).toBe(0)
    expect(recorded()).toBe(other)
    writeFileSync(recordFile(), complete([b]))
    expect(vitest(['one'])).toBe(0)
    expect(recorded()).toBe(complete())
  })

  it('that was complete is one, of everything that its processes saw, in place of one of other sources', () => {
    writeFileSync(recordFile(), JSON.stringify({ sources: 'others', observations: [['example', '/c']] }))
    expect(vitest([])).toBe(0)
    expect(recorded()).toBe(complete())
  })

  it('that was complete is one though a test fails, of what was seen all the same', () => {
    expect(vitest([], { BREAK: 'two' })).toBe(1)
    expect(recorded()).toBe(complete())
  })

  it('that fails takes nothing from the one before, and leaves nothing to judge to the command', () => {
    writeFileSync(recordFile(), complete([a, b, ['example', '/c']]))
    const command = spawnSync(process.execPath, ['contract/coverage.ts'], {
      cwd: copy,
      env: { ...process.env, BREAK: 'one' },
    })
    expect(command.status).toBe(1)
    expect(`${command.stderr}`).toMatch(/the suite has failed/)
    expect(recorded()).toBe(complete([a, b, ['example', '/c']]))
  })
})

/**
 * A project of its own with the made-up contract: no run of the suite finds another record than its
 * own.
 */
function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'janus-coverage-'))
  for (const each of ['contract', 'package.json']) cpSync(join(root, each), join(copy, each), { recursive: true })
  for (const folder of ['generated', 'coverage', 'test']) mkdirSync(join(copy, folder))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(join(copy, 'generated/openapi.json'), JSON.stringify(document))
  return copy
}
