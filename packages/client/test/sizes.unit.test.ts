import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Manifest } from '../check/checks/contents.ts'
import { weigh } from '../check/checks/sizes.ts'

const project = mkdtempSync(join(tmpdir(), 'janus-client-sizes-'))
const root = join(project, 'node_modules/janus-users-client')
const manifest: Manifest = { exports: { './clean': './clean.js', './both': './both.js', './file': './file.js' } }
const program = (entry: string) => `export * from 'janus-users-client${entry}'`

beforeAll(() => {
  mkdirSync(root, { recursive: true })
  const put = (name: string, text: string) => writeFileSync(join(root, name), text)
  put('package.json', JSON.stringify({ ...manifest, name: 'janus-users-client', type: 'module', sideEffects: false }))
  put('clean.js', `import { both } from './both.js'\nexport const clean = 'clean'\nexport const unused = () => 1`)
  put('both.js', `import { clean } from './clean.js'\nexport const both = () => clean`)
  put('file.js', `import { readFileSync } from 'node:fs'\nexport const file = () => readFileSync('x')`)
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

it('a bundle of what is asked for has no fault', async () => {
  const { bytes, faults } = await weigh(
    { title: 'clean', program: program('/clean'), bound: 200 },
    { project, manifest },
  )
  expect(faults).toEqual([])
  expect(bytes).toBeGreaterThan(20)
  expect(bytes).toBeLessThan(200)
})

it('a bundle is weighed against its bound', async () => {
  const { bytes, faults } = await weigh(
    { title: 'clean', program: program('/clean'), bound: 21 },
    { project, manifest },
  )
  expect(faults).toEqual([`clean: ${bytes} bytes, ${bytes - 21} more than the bound of 21.`])
})

it('a bundle holds no code of an entry that the program does not import', async () => {
  const { faults } = await weigh({ title: 'both', program: program('/both') }, { project, manifest })
  expect(faults).toEqual(['both: the bundle holds code of the entry "./clean", which it does not import.'])
})

it('a bundle for browsers has no module of Node, one for Node may', async () => {
  const { faults } = await weigh({ title: 'file', program: program('/file') }, { project, manifest })
  expect(faults).toEqual([expect.stringContaining('"node:fs"')])
  const own = await weigh({ title: 'file', program: program('/file'), node: true }, { project, manifest })
  expect(own.faults).toEqual([])
})
