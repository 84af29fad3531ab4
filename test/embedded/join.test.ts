import { chownSync } from 'node:fs'
import { chown, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedError, type EmbeddedOptions, joinEmbedded } from '@janus/embedded-postgres'
import { afterEach, describe, expect, it } from 'vitest'
import { onLinux } from '../support/processes.ts'
import { connectionOf, program } from './program.ts'
import { cleanUp, isRoot, makeDataFolder, makeFolder, nobody, query, start } from './support.ts'

afterEach(cleanUp)

const quiet = { progress: () => {} }
const joined = (options: Partial<EmbeddedOptions> & { dataDir: string }) => joinEmbedded({ ...quiet, ...options })

describe('a command on the embedded server', { timeout: 120_000 }, () => {
  it('joins the one that another process runs, and leaves it running', async () => {
    const dataDir = await makeDataFolder()
    const service = program({ dataDir }, 'write')
    await service.says('acknowledged')
    const server = await joined({ dataDir })
    expect(await query(server, 'select count(*) > 0 as written from rows')).toEqual([{ written: true }])
    await server.stop()
    await service.says('acknowledged', service.lines.length)
  })

  it('waits for one that is just being made', async () => {
    const dataDir = await makeFolder()
    const service = program({ dataDir }, 'idle')
    await service.says('progress creating')
    const server = await joined({ dataDir })
    expect(await query(server, 'select current_database() as name')).toEqual([{ name: 'janus' }])
    expect(service.lines.filter((line) => line.startsWith('failed'))).toEqual([])
    await server.stop()
  })

  it('starts one where none runs, and stops it at the end', async () => {
    const dataDir = await makeDataFolder()
    const server = await joined({ dataDir })
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    await expect(query(server, 'select 1')).rejects.toThrow()
    await start({ dataDir })
  })

  it('of two that find none, one starts it and the other joins', async () => {
    const dataDir = await makeDataFolder()
    const servers = await Promise.all([joined({ dataDir }), joined({ dataDir })])
    for (const server of servers) expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await Promise.all(servers.map((server) => server.stop()))
  })

  it.runIf(onLinux)('finds it behind a path that is too long for a socket', async () => {
    const dataDir = join(await makeFolder(), 'deep'.repeat(20), 'deeper'.repeat(10))
    await mkdir(dataDir, { recursive: true })
    const service = program({ dataDir }, 'idle')
    await connectionOf(service)
    const server = await joined({ dataDir })
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  it.runIf(isRoot)("is refused on another user's, whoever may enter the folder", async () => {
    const dataDir = await makeDataFolder()
    chownSync(dataDir, nobody, nobody)
    for (const entry of await readdir(dataDir, { recursive: true })) await chown(join(dataDir, entry), nobody, nobody)
    const service = program({ dataDir }, 'idle', { uid: nobody })
    await connectionOf(service)
    const failure = await joined({ dataDir }).catch((error) => error)
    expect(failure).toBeInstanceOf(EmbeddedError)
    expect(failure.message).toBe(
      `The Janus that runs on ${dataDir} is another user's, and its PostgreSQL lets in nobody else. Run this as that user.`,
    )
  })
})
