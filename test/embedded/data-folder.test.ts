import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually, onLinux } from '../support/processes.ts'
import { program } from './program.ts'
import { cleanUp, failureOf, isRoot, lockFor, makeDataFolder, makeFolder, query, start } from './support.ts'

afterEach(cleanUp)

describe('the data folder', { timeout: 120_000 }, () => {
  it('is refused to a second process, and twice to the same one', async () => {
    const dataDir = await makeDataFolder()
    const server = await start({ dataDir })
    const sentence = `Another Janus is running on ${dataDir} (process ${process.pid}). Stop it, or give this one another DATA_DIR.`
    expect(await failureOf({ dataDir })).toBe(sentence)
    expect(await program({ dataDir }, 'idle').says('failed')).toContain(sentence)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('goes to one of several that start at once', async () => {
    const dataDir = await makeDataFolder()
    const dead = program({ dataDir }, 'idle')
    await dead.says('ready')
    dead.process.kill('SIGKILL')
    await dead.ended
    const rivals = [1, 2, 3].map(() => program({ dataDir }, 'idle'))
    const outcomes = await Promise.all(rivals.map((rival) => Promise.race([rival.says('ready'), rival.says('failed')])))
    expect(outcomes.filter((line) => line.startsWith('ready'))).toHaveLength(1)
    expect(outcomes.filter((line) => line.includes('Another Janus is running'))).toHaveLength(2)
  })

  it('is refused when another version of PostgreSQL made it', async () => {
    const dataDir = await makeFolder()
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '15\n')
    expect(await failureOf({ dataDir })).toMatch(
      /made by PostgreSQL 15, and this Janus brings PostgreSQL 18.*DATABASE_URL/,
    )
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['PG_VERSION'])
  })

  it('is refused when it holds something else', async () => {
    const dataDir = await makeFolder()
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres/letter.txt'), 'Dear')
    expect(await failureOf({ dataDir })).toMatch(/holds files, but no database/)
    expect(await readFile(join(dataDir, 'postgres/letter.txt'), 'utf8')).toBe('Dear')
  })

  it('is refused in a sentence when it cannot be written', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'file'), '')
    const failure = await failureOf({ dataDir: join(folder, 'file/data') })
    expect(failure).toMatch(/cannot use .*: ENOTDIR.*Choose another DATA_DIR.*or set DATABASE_URL/)
  })

  it('is not locked by a process that has got the pid of a dead server', async () => {
    const dataDir = await makeDataFolder()
    await (await start({ dataDir })).stop()
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    const stranger = spawn('sleep', ['600'], isRoot ? { uid, gid } : {})
    try {
      await lockFor(dataDir, stranger.pid)
      expect(await query(await start({ dataDir }), 'select 1 as one')).toEqual([{ one: 1 }])
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  it.runIf(onLinux)('is not locked by a dead server that nobody has reaped', async () => {
    const dataDir = await makeDataFolder()
    await (await start({ dataDir })).stop()
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 600'], isRoot ? { uid, gid } : {})
    try {
      const zombie = Number(await new Promise((resolve) => parent.stdout?.once('data', resolve)))
      await eventually(() => readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(') Z '))
      await lockFor(dataDir, zombie)
      expect(await query(await start({ dataDir }), 'select 1 as one')).toEqual([{ one: 1 }])
    } finally {
      parent.kill('SIGKILL')
    }
  })
})
