import { globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { contentFaults, type Manifest } from '../check/checks/contents.ts'
import { entries } from './entries.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
const sources = globSync('src/**/*.ts', { cwd: folder }).toSorted()
const entrySources = Object.values(entries).map((url) => relative(folder, fileURLToPath(url)))

/** What a source takes from others of the package. */
function neighboursOf(path: string): string[] {
  const text = readFileSync(folder + path, 'utf8')
  const names = [...text.matchAll(/^(?:import|export|\}) .*?from '(\.[^']+)'/gm)].map(([, name = '']) => name)
  return names.map((name) => new URL(name, `file:///${path}`).pathname.slice(1))
}

describe('the entries of the package', () => {
  it('are made of sources', () => {
    expect(sources).toEqual(expect.arrayContaining(entrySources))
  })

  it('need every source: nothing is packed that nobody can use', () => {
    const reached = new Set(entrySources)
    for (const path of reached) for (const other of neighboursOf(path)) reached.add(other)
    expect([...reached].toSorted()).toEqual(sources)
  })
})

describe('the contents of a tarball', () => {
  const manifest: Manifest = { exports: { '.': './dist/index.js', './package.json': './package.json' } }
  const whole = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/call.js']

  it('are what is needed', () => {
    expect(contentFaults(manifest, whole)).toEqual([])
  })

  it.each([
    ['dist/index.js', 'The entry "." of package.json needs dist/index.js, which is not in the tarball.'],
    ['dist/index.d.ts', 'The entry "." of package.json needs dist/index.d.ts, which is not in the tarball.'],
    ['README.md', 'README.md is not in the tarball.'],
  ])('lack %s', (gone, fault) => {
    const files = whole.filter((path) => path !== gone)
    expect(contentFaults(manifest, files)).toEqual([fault])
  })

  it.each(['src/index.ts', 'build.ts', 'dist/index.js.map', 'dist/index.ts', 'check/README.md'])('hold %s', (path) => {
    expect(contentFaults(manifest, [...whole, path])).toEqual([`${path} is in the tarball, and nobody needs it there.`])
  })

  it('bring a dependency', () => {
    expect(contentFaults({ ...manifest, dependencies: { undici: '7.0.0' } }, whole)).toEqual([
      'It depends on undici: it is to have no dependencies.',
    ])
  })
})
