import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, chown, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { linkOf, onLinux, serverOf } from '../support/processes.ts'
import { connectionOf, program } from './program.ts'
import {
  cleanUp,
  copyPackage,
  expectRows,
  isRoot,
  makeDataFolder,
  makeFolder,
  nobody,
  query,
  start,
} from './support.ts'

afterEach(cleanUp)

describe('starting', { timeout: 120_000 }, () => {
  it('makes a database at the first start and finds it again at the second', async () => {
    const dataDir = join(await makeFolder(), 'deep/data')
    const steps: string[] = []
    const first = await start({ dataDir, progress: (line) => void steps.push(line) })
    await query(first, "create table notes as select '新用户' as text")
    await first.stop()
    expect(steps[0]).toBe(`creating the database in ${dataDir} (first start, takes a few seconds)`)
    expect(steps[1]).toMatch(/^starting PostgreSQL 18\.\d+$/)
    expect(await readdir(dataDir)).toEqual(['owner.sock', 'postgres'])

    steps.length = 0
    const second = await start({ dataDir, progress: (line) => void steps.push(line) })
    expect(await query(second, 'select text from notes')).toEqual([{ text: '新用户' }])
    expect(steps).toHaveLength(1)
  })

  it('sorts and folds Unicode without the locales of the system, keeps to UTC and syncs to disk', async () => {
    const server = await start({ dataDir: await makeFolder(), maxConnections: 33 })
    await query(server, 'create extension pg_trgm')
    const [row] = await query(
      server,
      `select lower('ÉМ') as folded, array_length(show_trgm('新用'), 1) as trigrams, current_setting('server_encoding') as encoding,
        current_setting('TimeZone') as zone, current_setting('fsync') as fsync, current_setting('max_connections') as connections`,
    )
    expect(row).toEqual({ folded: 'éм', trigrams: 3, encoding: 'UTF8', zone: 'UTC', fsync: 'on', connections: '33' })
  })

  it('makes the database `janus` when a start was interrupted before', async () => {
    const dataDir = await makeDataFolder()
    const first = await start({ dataDir })
    await query({ connection: { ...first.connection, database: 'postgres' } }, 'drop database janus')
    await first.stop()
    expect(await query(await start({ dataDir }), 'select current_database() as name')).toEqual([{ name: 'janus' }])
  })

  it.runIf(onLinux)('listens on a private socket and on no network', async () => {
    const dataDir = await makeDataFolder()
    await start({ dataDir })
    const cluster = join(dataDir, 'postgres')
    expect(statSync(cluster).mode & 0o777).toBe(0o700)
    expect(statSync(join(cluster, '.s.PGSQL.5432')).mode & 0o777).toBe(0o700)
    const pid = await serverOf(dataDir)
    const sockets = readdirSync(`/proc/${pid}/fd`).map(
      (fd) => /socket:\[(\d+)\]/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1],
    )
    const network = ['tcp', 'tcp6'].flatMap((kind) => readFileSync(`/proc/net/${kind}`, 'utf8').split('\n'))
    const inodes = new Set(network.map((line) => line.trim().split(/\s+/)[9]))
    expect(sockets.filter((inode) => inode !== undefined)).not.toEqual([])
    expect(sockets.filter((inode) => inode !== undefined && inodes.has(inode))).toEqual([])
  })

  it.runIf(onLinux)('works in a folder whose path is too long for a socket', async () => {
    const dataDir = join(await makeFolder(), 'long'.repeat(40), 'longer'.repeat(30))
    const server = await start({ dataDir })
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await expect(start({ dataDir })).rejects.toThrow('Another Janus is running on')
    await server.stop()
    expect(await query(await start({ dataDir }), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it.runIf(isRoot)('works for an ordinary user', async () => {
    const dataDir = await makeFolder()
    await chown(dataDir, nobody, nobody)
    const child = program({ dataDir }, 'idle', { uid: nobody })
    await child.says('ready')
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(nobody)
    child.process.kill('SIGTERM')
    await child.says('stopped')
  })

  it.runIf(isRoot)('works below a folder that only root may enter', async () => {
    const [closed, temporary] = [await makeFolder(), await makeFolder()]
    await chmod(temporary, 0o755)
    const packageRoot = await copyPackage(join(closed, 'package'))
    const options = { dataDir: join(closed, 'data'), packageRoot }
    const first = program(options, 'write', { env: { TMPDIR: temporary } })
    await first.says('acknowledged')
    expect(first.lines.join('\n')).toContain('progress copying PostgreSQL to')
    process.kill((await serverOf(options.dataDir)) ?? 0, 'SIGKILL')
    await first.says('warn')
    await first.says('acknowledged', first.lines.length)
    first.process.kill('SIGKILL')
    await first.ended

    const second = program(options, 'idle', { env: { TMPDIR: temporary } })
    await expectRows(await connectionOf(second), first.acknowledged())
    expect(second.lines.join('\n')).not.toContain('copying')
    expect(await readdir(temporary)).toHaveLength(1)
  })

  it.runIf(isRoot)('gives files that root put back from a backup to the user that runs the server', async () => {
    const dataDir = await makeDataFolder()
    await (await start({ dataDir })).stop()
    execFileSync('chown', ['-R', '0:0', dataDir])
    expect(await query(await start({ dataDir }), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it.runIf(isRoot)('gives away no file that a link in the database leads to', async () => {
    const [dataDir, elsewhere] = [await makeDataFolder(), await makeFolder()]
    await (await start({ dataDir })).stop()
    await writeFile(join(elsewhere, 'shadow'), 'root')
    await symlink(elsewhere, join(dataDir, 'postgres/evil'))
    execFileSync('chown', ['-hR', '0:0', dataDir])
    await start({ dataDir })
    expect(statSync(join(elsewhere, 'shadow')).uid).toBe(0)
    expect(statSync(elsewhere).uid).toBe(0)
  })
})
