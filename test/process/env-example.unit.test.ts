import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseEnvFile } from '../../src/config/env-file.ts'
import { readConfig } from '../../src/config.ts'

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const example = read('.env.example')
/** The file with every setting switched on. */
const { values } = parseEnvFile(Buffer.from(example.replace(/^#(?=[A-Z_]+=)/gm, '')))

/** Every variable that the configuration looks at. */
function variables(): string[] {
  const seen = new Set<string>()
  readConfig(new Proxy({}, { get: (_, name) => void seen.add(String(name)) }))
  return [...seen].toSorted()
}

describe('.env.example', () => {
  it('sets nothing as it is', () => {
    expect(parseEnvFile(Buffer.from(example)).values).toEqual({})
  })

  it("has every variable that the configuration reads, but for NODE_ENV, which is everybody's", () => {
    expect([...Object.keys(values), 'NODE_ENV'].toSorted()).toEqual(variables())
  })

  it('shows the defaults', () => {
    expect(readConfig(values)).toEqual(readConfig({}))
  })

  it('has the variables and the defaults of the table in README.md', () => {
    const rows = read('README.md').matchAll(/^\| *((?:`[A-Z_]+`(?:, )?)+) *\|([^|]*)\|/gm)
    const table = [...rows].flatMap(([, names = '', defaults = '']) => {
      const shown = [...defaults.matchAll(/`([^`]+)`/g)].map(([, value]) => value)
      return [...names.matchAll(/[A-Z_]+/g)].map(([name], index) => [name, shown[index] ?? ''])
    })
    expect(values).toEqual(Object.fromEntries(table))
  })
})
