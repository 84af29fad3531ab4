import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { cleanUp, freePort, makeFolder, program, start, urlOf } from './janus.ts'

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
})
afterEach(cleanUp)
afterAll(() => database.close())

const linux = process.platform === 'linux'
const stopped = { code: 0, signal: null }

/** `janus`, started by a command that puts its outputs elsewhere; it cannot tell its address. */
async function startAs(command: string, shell: [string, ...string[]] = ['/bin/sh', '-c']) {
  const url = `http://127.0.0.1:${await freePort()}`
  const env = { DATABASE_URL: urlOf(database.connection), PORT: new URL(url).port }
  const janus = await start(env, [...shell, command, process.execPath, program])
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  let asked = 0
  return {
    janus,
    /** Once it serves, so many requests, each a line of the log. */
    async ask(times: number) {
      await eventually(() =>
        send(agent, url, 'GET', '/auth:me', {}).then(
          () => true,
          () => false,
        ),
      )
      const headers = { 'X-Request-Id': 'x'.repeat(128) }
      const replies = Array.from({ length: times }, () => send(agent, url, 'GET', '/health', { headers }))
      for (const { status } of await Promise.all(replies)) expect(status).toBe(200)
      asked += times + 1
    },
    asked: () => asked,
  }
}

/**
 * What a log has: the requests that it shows, how many lines it calls lost and why, and the lines
 * that are none.
 */
function read(log: string) {
  const lines = log.split('\n').filter(Boolean)
  const entries: Record<string, any>[] = []
  const torn: string[] = []
  for (const line of lines) line.endsWith('}') ? entries.push(JSON.parse(line)) : torn.push(line)
  const remarks = entries.filter((entry) => 'lost' in entry)
  return {
    shown: entries.filter(({ msg }) => msg === 'request').length,
    lost: remarks.reduce((sum, { lost }) => sum + lost, 0),
    remarks: remarks.map(({ level, msg }) => `${level} ${msg}`),
    torn,
  }
}

describe('a service whose outputs take nothing starts, serves and stops', () => {
  it.runIf(linux)('where they are full', async () => {
    const { janus, ask } = await startAs('exec "$0" "$1" >/dev/full 2>/dev/full')
    await ask(300)
    expect(await janus.stop()).toEqual(stopped)
  })

  it('where they are closed', async () => {
    const { janus, ask } = await startAs('exec "$0" "$1" >&- 2>&- <&-')
    await ask(300)
    expect(await janus.stop()).toEqual(stopped)
  })

  it('where their reader has gone', async () => {
    const { janus, ask } = await startAs('exec "$0" "$1"')
    janus.process.stdout?.destroy()
    janus.process.stderr?.destroy()
    await ask(300)
    expect(await janus.stop()).toEqual(stopped)
  })

  it('at a terminal that is held', async () => {
    const hold = [
      'import os, subprocess, sys',
      'held, terminal = os.openpty()',
      'child = subprocess.Popen(sys.argv[1:], stdin=terminal, stdout=terminal, stderr=terminal)',
      'print(child.pid, flush=True)',
      'sys.exit(child.wait())',
    ]
    const { janus, ask } = await startAs(hold.join('\n'), ['python3', '-c'])
    await ask(3000)
    process.kill(Number(janus.stdout()), 'SIGTERM')
    expect(await janus.ended).toEqual(stopped)
  })
})

describe.runIf(linux)('lines that are lost are counted, and told when there is room again', () => {
  it('on a disk that was full', async () => {
    const file = join(await makeFolder(), 'log')
    const { janus, ask, asked } = await startAs(`trap '' XFSZ; ulimit -S -f 20; exec "$0" "$1" >>'${file}'`)
    await ask(500)
    const full = read(readFileSync(file, 'utf8'))
    expect(full.shown).toBeLessThan(200)
    expect(full.torn).toHaveLength(1)
    execFileSync('prlimit', ['--pid', `${janus.pid}`, '--fsize=unlimited'])
    await ask(10)
    // Lines wait a moment for others.
    await eventually(() => read(readFileSync(file, 'utf8')).shown >= full.shown + 10)
    const { shown, lost, remarks, torn } = read(readFileSync(file, 'utf8'))
    expect(torn).toEqual(full.torn)
    expect(shown + lost).toBe(asked())
    expect(remarks).toEqual([`40 ${lost} lines of this log could not be written (EFBIG: file too large, write)`])
    expect(await janus.stop()).toEqual(stopped)
  })

  it('where the reader had fallen asleep, and where another takes its place', async () => {
    const pipe = join(await makeFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    let reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    let log = ''
    const readOn = () => {
      const chunk = Buffer.alloc(65_536)
      try {
        for (let length = 1; length > 0; log += chunk.toString('utf8', 0, length)) length = readSync(reader, chunk)
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN')
      }
      return read(log)
    }
    const { janus, ask, asked } = await startAs(`exec "$0" "$1" >'${pipe}'`)
    await ask(6000)
    await eventually(() => readOn().lost > 0)
    await ask(10)
    await eventually(() => readOn().shown + readOn().lost === asked())
    expect(readOn().remarks).toEqual([`40 ${readOn().lost} lines of this log could not be written (nobody reads it)`])
    closeSync(reader)
    await ask(100)
    reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    await eventually(() => readOn().shown + readOn().lost === asked())
    expect(readOn().remarks).toHaveLength(2)
    expect(readOn().remarks[1]).toMatch(/^40 \d+ lines of this log could not be written \(EPIPE: /)
    expect(readOn().torn).toEqual([])
    expect(await janus.stop()).toEqual(stopped)
    closeSync(reader)
  })

  it('and a reader who sleeps for ever does not hold the end', async () => {
    const { janus, ask } = await startAs('exec "$0" "$1" 2>&1')
    janus.process.stdout?.pause()
    await ask(6000)
    janus.process.kill('SIGTERM')
    await eventually(() => janus.process.exitCode !== null)
    expect(janus.process.exitCode).toBe(0)
    janus.process.stdout?.resume()
    await janus.ended
  })
})
