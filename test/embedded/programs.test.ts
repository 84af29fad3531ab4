import { chmod, chown, cp, lstat, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { onLinux } from '../support/processes.ts'
import { program } from './program.ts'
import { cleanUp, copyPackage, failureOf, isRoot, makeFolder, nobody, query, start } from './support.ts'

afterEach(cleanUp)

describe('the programs', { timeout: 120_000 }, () => {
  it('links the libraries itself when npm ran no scripts', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o755)
    const packageRoot = await copyPackage(folder, { links: false })
    const both = ['one', 'other'].map((name) => start({ dataDir: join(folder, name), packageRoot }))
    for (const server of await Promise.all(both)) {
      expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    }
    expect((await lstat(join(packageRoot, 'native/lib/libpq.so.5'))).isSymbolicLink()).toBe(true)
  })

  it.runIf(isRoot)('links a copy when the package is not writable', async () => {
    const [folder, temporary, dataDir] = [await makeFolder(), await makeFolder(), await makeFolder()]
    await chmod(folder, 0o755)
    for (const own of [temporary, dataDir]) await chown(own, nobody, nobody)
    const packageRoot = await copyPackage(folder, { links: false })
    const child = program({ dataDir, packageRoot }, 'idle', { uid: nobody, env: { TMPDIR: temporary } })
    await child.says('ready')
    expect(await readdir(temporary)).toEqual([expect.stringMatching(/^janus-postgres-18\..*-65534$/)])
    await expect(lstat(join(packageRoot, 'native/lib/libpq.so.5'))).rejects.toThrow('ENOENT')
  })

  it.runIf(isRoot)('trusts no copy that somebody else may have written', async () => {
    const [closed, temporary] = [await makeFolder(), await makeFolder()]
    await chmod(temporary, 0o755)
    const packageRoot = await copyPackage(join(closed, 'package'))
    const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'))
    const trap = join(temporary, `janus-postgres-${version}-0`)
    await cp(join(packageRoot, 'native'), trap, { recursive: true, verbatimSymlinks: true })
    await writeFile(join(trap, 'bin/postgres'), `#!/bin/sh\ntouch ${temporary}/trapped\n`)
    await chown(trap, nobody, nobody)
    const child = program({ dataDir: join(closed, 'data'), packageRoot }, 'idle', { env: { TMPDIR: temporary } })
    await child.says('ready')
    expect(await readdir(temporary)).not.toContain('trapped')
  })

  it('says what to do when there are none', async () => {
    const folder = await makeFolder()
    const failure = await failureOf({ dataDir: join(folder, 'data'), packageRoot: join(folder, 'missing') })
    expect(failure).toMatch(
      /cannot run here: .*missing\/native holds no PostgreSQL\. Set DATABASE_URL to a PostgreSQL 15 or newer\.$/,
    )
  })

  it('says what to do when they were built for another C library', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o755)
    await mkdir(join(folder, 'native/bin'), { recursive: true })
    await writeFile(join(folder, 'native/bin/postgres'), '#!/lib/no-such-loader\n', { mode: 0o755 })
    const failure = await failureOf({ dataDir: join(folder, 'data'), packageRoot: folder })
    expect(failure).toMatch(/built for another C library.* Set DATABASE_URL/)
  })

  it.runIf(onLinux)('says what to do when a library is missing', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o755)
    const packageRoot = await copyPackage(folder)
    await unlink(join(packageRoot, 'native/lib/libz.so.1'))
    await unlink(join(packageRoot, 'native/lib/libicuuc.so.60.2'))
    const failure = await failureOf({ dataDir: join(folder, 'data'), packageRoot })
    expect(failure).toMatch(/cannot run here: .*cannot open shared object file.* Set DATABASE_URL/)
  })

  it.runIf(isRoot)('says what to do when the user has no name', async () => {
    const dataDir = await makeFolder()
    await chown(dataDir, 54_321, 54_321)
    const child = program({ dataDir }, 'idle', { uid: 54_321 })
    const failure = await child.says('failed')
    expect(failure).toMatch(/could not be created: .*could not look up effective user ID 54321.* Set DATABASE_URL/)
    expect(await readdir(dataDir)).toEqual(['owner.sock'])
  })
})
