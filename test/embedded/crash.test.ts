import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lives, serverOf } from '../support/processes.ts'
import { connectionOf, program } from './program.ts'
import { cleanUp, expectRows, makeDataFolder, start } from './support.ts'

afterEach(cleanUp)

describe('a crash', { timeout: 120_000 }, () => {
  it('of the server is followed by its return, with every acknowledged row', async () => {
    const dataDir = await makeDataFolder()
    const child = program({ dataDir }, 'write')
    const connection = await connectionOf(child)
    for (let round = 0; round < 3; round++) {
      const seen = child.lines.length
      await child.says('acknowledged', seen)
      const pid = await serverOf(dataDir)
      process.kill(pid ?? 0, 'SIGKILL')
      expect(await child.says('warn', seen)).toBe(
        'warn PostgreSQL stopped unexpectedly (signal SIGKILL); starting it again',
      )
      // Backends of the dead server may go on for a moment, and what they acknowledge counts too.
      await vi.waitFor(async () => expect([pid, undefined]).not.toContain(await serverOf(dataDir)), 30_000)
      await child.says('acknowledged', child.lines.length)
    }
    expect(child.lines).toContain('progress recovering after an unclean stop')
    await expectRows(connection, child.acknowledged())
  })

  it('of the server and of Node loses no acknowledged row', async () => {
    const dataDir = await makeDataFolder()
    const acknowledged: string[] = []
    for (let round = 0; round < 3; round++) {
      const child = program({ dataDir }, 'write')
      await child.says('acknowledged')
      await delay(300)
      const pid = await serverOf(dataDir)
      process.kill(pid ?? 0, 'SIGKILL')
      child.process.kill('SIGKILL')
      await child.ended
      acknowledged.push(...child.acknowledged())
    }
    await expectRows((await start({ dataDir })).connection, acknowledged)
  })

  it('leaves nothing running when the stop comes before the return', async () => {
    const dataDir = await makeDataFolder()
    for (const ms of [0, 60, 130]) {
      const server = await start({ dataDir })
      process.kill((await serverOf(dataDir)) ?? 0, 'SIGKILL')
      await delay(ms)
      const begun = Date.now()
      await server.stop()
      expect(Date.now() - begun).toBeLessThan(2500)
      await delay(500)
      const pid = await serverOf(dataDir)
      expect(pid === undefined || !lives(pid)).toBe(true)
    }
  })
})
