import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ContractDocument, operationsOf } from '../../../contract/document.ts'
import { sampleAddress } from '../../reading-room/samples.ts'
import { samplesOf } from '../generate/samples.ts'
import { clientFiles } from '../generate.ts'
import { compile, path, readDocument } from './compile.ts'

const document: ContractDocument = readDocument()
const samples = samplesOf(document)

/** A program as it would be beside what is generated. */
const beside = (program: string) =>
  program
    .replace("'node:process'", "'./process.ts'")
    .replaceAll(/'janus-users-client\/(\w+)'/g, "'./$1.ts'")
    .replace("'janus-users-client'", "'../index.ts'")

const process = 'export const env: Readonly<Record<string, string | undefined>> = {}\n'

/** What the compiler says of programs, by the name of their files. */
const complaints = (programs: Readonly<Record<string, string>>) =>
  compile({
    ...clientFiles(document),
    'process.ts': process,
    ...Object.fromEntries(Object.entries(programs).map(([name, text]) => [`${name}.ts`, beside(text)])),
  })

describe('the samples of the pages', () => {
  it('are those that are checked in, one for each operation', () => {
    expect(JSON.parse(readFileSync(path('../../generated/client-samples.json'), 'utf8'))).toEqual(samples)
    expect(Object.keys(samples).toSorted()).toEqual(
      operationsOf(document)
        .map(({ operationId }) => operationId)
        .toSorted(),
    )
  })

  it('are TypeScript that a strict project takes', () => {
    expect(complaints(samples)).toEqual([])
    const wrong = samples['Rpc.Users.create']?.replace("role: 'user'", "role: 'nobody'") ?? ''
    expect(complaints({ wrong })[0]).toMatch(/^wrong.ts:\d+: .*"nobody"/)
  })

  it('show the first call of the method, with the token only where one is needed', () => {
    const faces = ['rpc', 'rest'].map((face) => readFileSync(path(`src/generated/${face}.ts`), 'utf8'))
    const comments = faces.join('').replaceAll(/^ *\* ?/gm, '')
    for (const [id, sample] of Object.entries(samples)) {
      const isPublic = /\.(login|refresh)$/.test(id)
      expect(sample.includes('env.ACCESS_TOKEN'), id).toBe(!isPublic)
      expect(sample.split(sampleAddress), id).toHaveLength(2)
      const call = sample.split(/\n(?=const answer|await|for await)/)[1] as string
      expect(comments, id).toContain(`@example\n${call.replace(/^const answer = |\nconsole.log\(answer\)$/g, '')}\n`)
    }
  })
})

describe('the page of clients', () => {
  const page = readFileSync(path('../../docs/clients.md'), 'utf8')
  const read = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'))
  const { name, version, exports } = read('package.json')

  it('installs the package as it is packed, and has a line for each entry', () => {
    expect(page).toContain(`npm pack -w ${name}\n`)
    expect(page).toContain(`npm install ./${name}-${version}.tgz\n`)
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
    const lines = [...page.matchAll(/^- `(janus-users-client[\w/-]*)`: /gm)].map(([, entry]) => entry)
    expect(lines.toSorted()).toEqual(entries.map((entry) => name + entry.slice(1)).toSorted())
  })

  it('begins with a program that a strict project takes', () => {
    const [, snippet = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? []
    expect(complaints({ snippet })).toEqual([])
    const wrong = snippet.replace('WEAK_PASSWORD', 'USER_NOT_FOUND')
    expect(complaints({ wrong })[0]).toMatch(/^wrong.ts:\d+: .*USER_NOT_FOUND/)
  })

  it('names other generators at the versions that are checked, as they are called there', () => {
    const { dependencies } = read('../../clients/package.json')
    const named = [...page.matchAll(/(?:npx|npm install) (@?[\w/-]+)@([\d.]+)/g)].map(([, one, at]) => [one, at])
    expect(named.map(([one]) => one).toSorted()).toEqual(
      ['@hey-api/openapi-ts', 'openapi-fetch', 'openapi-typescript', 'orval'].toSorted(),
    )
    for (const [one = '', at] of named) expect(at, one).toBe(dependencies[one])
    const check = readFileSync(path('../../clients/check/generators.ts'), 'utf8')
    const table = readFileSync(path('../../clients/README.md'), 'utf8')
    const [, errors] = /hey-api\/openapi-ts .*\| errors: (\d+)/.exec(table) ?? []
    expect(check).toContain("'--default-non-nullable=false'")
    expect(page).toContain(`${errors} errors of their own`)
  })

  it('explains no word that the document does not have', () => {
    const words = [...page.matchAll(/`(x-[\w-]+)`/g)].map(([, word]) => word as string)
    const text = JSON.stringify(document)
    expect(words.length).toBeGreaterThan(4)
    expect(words.filter((word) => !text.includes(`"${word}":`))).toEqual([])
  })
})
