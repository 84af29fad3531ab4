import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('no module but a test file registers hooks when it is loaded: it is loaded once for all files of a worker', () => {
  const modules = globSync('{test,packages/*/test}/**/*.ts').filter((path) => !path.endsWith('.test.ts'))
  expect(modules.length).toBeGreaterThan(30)
  const registering = modules.filter((path) => /^(before|after)(All|Each)\(/m.test(readFileSync(path, 'utf8')))
  expect(registering).toEqual([])
})
