import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/processes.ts'
import { cleanUp, makeFolder, program, start } from './janus.ts'

/** Whether a small disk can be mounted where nobody else sees it. */
const canMount = (() => {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

afterEach(cleanUp)

/** Starts on a disk of its own, mounted with these options. */
function startOnDisk(folder: string, options: string, env: Record<string, string> = {}) {
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
  return start({ DATA_DIR: join(folder, 'data'), ...env }, [
    'unshare',
    '-m',
    'sh',
    '-c',
    script,
    'sh',
    options,
    folder,
    process.execPath,
    program,
  ])
}

describe('a first start', { timeout: 120_000 }, () => {
  it.runIf(process.platform === 'linux')('whose files may not grow says how to let them', async () => {
    const DATA_DIR = await makeFolder()
    const janus = await start({ DATA_DIR }, [
      'bash',
      '-c',
      'ulimit -f 300; exec "$@"',
      'bash',
      process.execPath,
      program,
    ])
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toMatch(
      /The database could not be created: .*File too large\. Raise the limit on the size of files \(ulimit -f\), or set DATABASE_URL to a PostgreSQL 15 or newer\.\n$/,
    )
  })

  it.runIf(process.getuid?.() !== 0)('in a folder that it may not write says so', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o500)
    const janus = await start({ DATA_DIR: join(folder, 'data') })
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toMatch(/EACCES.*Let this user write in .*, choose another DATA_DIR, or set DATABASE_URL/)
  })

  it.runIf(canMount).each(['size=4k', 'size=5m', 'size=30m'])('on a disk that is full says so: %s', async (options) => {
    const folder = await makeFolder()
    const janus = await startOnDisk(folder, options)
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    const said = janus.stderr().trimEnd().split('\n').at(-1)
    expect(said).toMatch(/No space left on device|no space left on device/)
    expect(said).toContain(
      `. Free space on the disk of ${join(folder, 'data')}, choose a DATA_DIR on another disk, or set`,
    )
    expect(janus.stderr()).not.toMatch(/^\s+at /m)
  })

  it.runIf(canMount)('on a disk that can only be read says so', async () => {
    const folder = await makeFolder()
    const janus = await startOnDisk(folder, 'ro')
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toMatch(/EROFS.*can only be read: choose a DATA_DIR on a disk that can be written, or set/)
  })
})

describe('a disk that is full later', { timeout: 120_000 }, () => {
  it.runIf(canMount)('is told by readiness, until there is room again', async () => {
    const folder = await makeFolder()
    const janus = await startOnDisk(folder, 'size=70m', { ADMIN_PASSWORD: 'long enough' })
    const url = await janus.url
    const ready = async (): Promise<any> => (await fetch(`${url}/ready`)).json()
    expect(await ready()).toEqual({ status: 'ready' })
    const json = { username: 'admin', password: 'long enough' }
    const { body } = await janus.call('POST', '/auth:login', { json })
    const token = body.access_token
    // As this process sees the disk of that one.
    const filler = join(`/proc/${janus.pid}/root`, folder, 'filler')
    try {
      writeFileSync(filler, Buffer.alloc(100_000_000))
    } catch {
      // Until no byte more fits.
    }
    await eventually(async () => {
      const draft = { username: `u${Math.random()}`.slice(0, 12), password: 'long enough to pass', role: 'user' }
      const reply = await janus.call('POST', '/users:create', {
        token,
        json: { ...draft, email: `${draft.username}@example.com` },
      })
      return reply.status === 503
    })
    expect(await ready()).toEqual({ status: 'ready', cannot: ['write'] })
    expect((await janus.call('GET', '/users:list', { token })).status).toBe(200)
    await rm(filler)
    await eventually(async () => (await ready()).cannot === undefined)
    expect((await janus.call('POST', '/auth:login', { json })).status).toBe(200)
    await janus.stop()
  })
})
