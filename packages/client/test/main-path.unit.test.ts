import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const source = (name: string) => fileURLToPath(new URL(`../src/${name}`, import.meta.url))

/** The files that an entry loads when it runs, and what they import that is none. */
function loaded(entry: string): { files: string[]; others: string[] } {
  const files = new Set<string>()
  const others: string[] = []
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, type, name = ''] of text.matchAll(
      /^(?:import|export)( type)?[^'"]*? from '([^']+)'|^import '([^']+)'/gm,
    )) {
      if (type) continue
      if (name.startsWith('.')) visit(fileURLToPath(new URL(name, `file://${file}`)))
      else others.push(`${file}: ${name}`)
    }
    for (const [, name = ''] of text.matchAll(/\b(?:import|require)\(\s*['"`]([^'"`]+)/g))
      others.push(`${file}: ${name}`)
  }
  visit(source(entry))
  return { files: [...files], others }
}

describe.each(['index.ts', 'generated/rpc.ts', 'generated/rest.ts', 'local-storage.ts'])('%s', (entry) => {
  const { files, others } = loaded(entry)

  it('imports nothing but files of the package', () => {
    expect(others).toEqual([])
    expect(files.every((file) => existsSync(file))).toBe(true)
    if (entry !== 'local-storage.ts') expect(files.length).toBeGreaterThan(2)
  })

  it('uses nothing that Node alone has', () => {
    const globals = /\b(process|Buffer|__dirname|__filename|setImmediate|global)\b(?!:)/
    for (const file of files) {
      const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      expect(code).not.toContain('node:')
      expect(code.match(globals)?.[0]).toBeUndefined()
      for (const name of builtinModules) expect(code).not.toContain(`from '${name}'`)
    }
  })
})
