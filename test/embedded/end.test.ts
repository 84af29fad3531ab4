import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually, lives, onLinux, processesIn, serverOf, watchdogOf } from '../support/processes.ts'
import { connectionOf, program } from './program.ts'
import { cleanUp, expectRows, makeDataFolder, makeFolder, query, start } from './support.ts'

afterEach(cleanUp)

describe('the end', { timeout: 120_000 }, () => {
  it('comes within two seconds, with clients at work, and only once', async () => {
    const dataDir = await makeDataFolder()
    const server = await start({ dataDir })
    const pid = await serverOf(dataDir)
    const busy = query(server, 'select pg_sleep(60)').catch((error: Error) => error.message)
    await delay(500)
    const begun = Date.now()
    await Promise.all([server.stop(), server.stop()])
    expect(Date.now() - begun).toBeLessThan(2500)
    expect(await busy).toContain('terminating connection')
    expect(lives(pid)).toBe(false)
    await server.stop()
  })

  it('comes at the signal that ends a service', async () => {
    const dataDir = await makeDataFolder()
    const child = program({ dataDir }, 'write')
    await child.says('acknowledged')
    const pid = await serverOf(dataDir)
    child.process.kill('SIGTERM')
    await child.says('stopped')
    expect(lives(pid)).toBe(false)
  })

  it.runIf(onLinux)('does not come at Ctrl-C, which a terminal sends to the whole group of Node', async () => {
    const dataDir = await makeDataFolder()
    await start({ dataDir })
    const pid = await serverOf(dataDir)
    const [, , group, session] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '').split(' ').map(Number)
    expect([group, session]).toEqual([pid, pid])
  })

  it('comes with a program that has nothing else to do', async () => {
    const dataDir = await makeDataFolder()
    const child = program({ dataDir }, 'leave')
    await child.says('ready')
    const pid = await serverOf(dataDir)
    expect(await child.ended).toBe(0)
    await eventually(() => !lives(pid))
  })

  it.runIf(onLinux)('comes after kill -9 of Node, at work and while the database is made', async () => {
    const dataDir = await makeFolder()
    const maker = program({ dataDir }, 'idle')
    await maker.says('progress creating')
    await eventually(() => processesIn(dataDir).length > 0)
    maker.process.kill('SIGKILL')
    await eventually(() => processesIn(dataDir).length === 0)

    const worker = program({ dataDir }, 'write')
    await worker.says('acknowledged')
    expect(await readdir(dataDir)).toEqual(['owner.sock', 'postgres'])
    expect(processesIn(dataDir)).not.toEqual([])
    worker.process.kill('SIGKILL')
    await eventually(() => processesIn(dataDir).length === 0)
  })

  it.runIf(onLinux)('of a server that outlived Node and its watchdog is the beginning of the next', async () => {
    const dataDir = await makeDataFolder()
    const first = program({ dataDir }, 'write')
    await first.says('acknowledged')
    const pid = await serverOf(dataDir)
    process.kill(watchdogOf(pid), 'SIGKILL')
    await first.says('acknowledged', first.lines.length)
    first.process.kill('SIGKILL')
    await first.ended
    await delay(300)
    expect(lives(pid)).toBe(true)

    const second = program({ dataDir }, 'idle')
    await expectRows(await connectionOf(second), first.acknowledged())
    expect(lives(pid)).toBe(false)
    expect(await serverOf(dataDir)).not.toBe(pid)
    expect(first.lines.filter((line) => line.startsWith('warn'))).toEqual([])
  })
})
