import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanUp, makeFolder } from './janus.ts'

let root: string
let home: string

// What `npm ci` leaves, with a service that says where Node keeps what it compiles.
beforeEach(async () => {
  root = await makeFolder()
  home = await makeFolder()
  for (const folder of ['src', 'node_modules']) await mkdir(join(root, folder))
  await cp(fileURLToPath(new URL('../../bin', import.meta.url)), join(root, 'bin'), { recursive: true })
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  await writeFile(
    join(root, 'src/main.ts'),
    `import { getCompileCacheDir } from 'node:module'
    const folder: string | undefined = getCompileCacheDir()
    process.stdout.write(String(folder))`,
  )
  await chmod(root, 0o755)
})
afterEach(async () => {
  await chmod(join(root, 'node_modules'), 0o755)
  await cleanUp()
})

/** Root may write everywhere: its install is another user's. */
const other = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
const give = (path: string) => ('uid' in other ? chmod(path, 0o777) : chmod(path, 0o755))

async function cacheOf(env: Record<string, string>, as: { uid?: number; gid?: number } = other): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'bin/janus.js')], {
    ...as,
    cwd: '/',
    env: { ...env },
  })
  return stdout
}

it('what Node compiles is kept in the folder of the project', async () => {
  const cache = await cacheOf({ HOME: home }, {})
  expect(cache.startsWith(join(root, 'node_modules/.cache/janus'))).toBe(true)
  expect(await readdir(cache)).not.toEqual([])
})

it('of a user who cannot write there in that user’s own', async () => {
  await give(home)
  await chmod(join(root, 'node_modules'), 0o555)
  const cache = await cacheOf({ HOME: home })
  expect(cache.startsWith(join(home, '.cache/janus-users'))).toBe(true)
  expect(await readdir(cache)).not.toEqual([])
  expect(await cacheOf({ HOME: '/nowhere', XDG_CACHE_HOME: home })).toContain(join(home, 'janus-users'))
})

it('and nowhere by one who can write to neither, who starts all the same', async () => {
  await chmod(join(root, 'node_modules'), 0o555)
  expect(await cacheOf({ HOME: '/nowhere' })).toBe('undefined')
})
