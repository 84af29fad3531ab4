import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dynamic = /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|['"](?:node:)?vm['"]|\bsetTimeout\s*\(\s*['"`]/

const files = ['src', 'bin', 'packages/reading-room', 'packages/embedded-postgres']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !/node_modules|\/test\//.test(file))

describe('code', () => {
  it('is made of text nowhere in what the service loads', () => {
    expect(files.length).toBeGreaterThan(150)
    expect(files.filter((file) => dynamic.test(readFileSync(file, 'utf8')))).toEqual([])
  })

  it.each(['eval(text)', "new Function('return 1')", "import vm from 'node:vm'", 'setTimeout("go()", 1)'])(
    'would be found where it is: %s',
    (line) => {
      expect(dynamic.test(line)).toBe(true)
    },
  )
})
