import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createLog } from '../../src/process/log.ts'
import { eventually } from '../support/processes.ts'
import { cleanUp, makeFolder } from './janus.ts'

afterEach(cleanUp)

/** A log in a file, and what it has so far. */
async function logInFile(isTTY = false) {
  const file = join(await makeFolder(), 'log')
  const { log, settled } = createLog('info', { fd: openSync(file, 'a'), isTTY })
  return { log, settled, text: () => readFileSync(file, 'utf8'), shown: () => messagesOf(readFileSync(file, 'utf8')) }
}

function messagesOf(text: string): string[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).msg)
}

describe('a line of the log', () => {
  it('waits a moment for others, and then is written without more', async () => {
    const { log, shown } = await logInFile()
    for (const msg of ['one', 'two', 'three']) log.info(msg)
    expect(shown()).toEqual([])
    await eventually(() => shown().length > 0)
    expect(shown()).toEqual(['one', 'two', 'three'])
  })

  it('that is bad news is written at once, after those that waited', async () => {
    const { log, shown } = await logInFile()
    log.info('one')
    log.warn('two')
    expect(shown()).toEqual(['one', 'two'])
    log.info('three')
    log.error('four')
    log.info('five')
    expect(shown()).toEqual(['one', 'two', 'three', 'four'])
  })

  it('waits no longer than until there are many', async () => {
    const { log, shown } = await logInFile()
    for (let n = 0; n < 1000; n++) log.info(`line ${n}`)
    expect(shown().length).toBeGreaterThan(700)
    expect(shown()).toEqual(shown().map((_, n) => `line ${n}`))
  })

  it('is written at the end, in the order of all', async () => {
    const { log, shown, settled } = await logInFile()
    for (const msg of ['one', 'two']) log.info(msg)
    await settled(0)
    expect(shown()).toEqual(['one', 'two'])
  })

  it('does not wait at a terminal', async () => {
    const { log, text } = await logInFile(true)
    log.info('one')
    expect(text()).toContain('one')
  })

  it.each([
    ['exits', 'process.exit(3)', 3],
    ['fails', 'throw new Error("a fault")', 1],
  ])('is not lost where the process %s the moment after', async (_, end, status) => {
    const url = new URL('../../src/process/log.ts', import.meta.url).href
    const script = `import { createLog } from '${url}'
      const { log } = createLog('info', process.stdout)
      log.info('one')
      log.info('two')
      ${end}`
    const result = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
      try {
        execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' })
      } catch (error) {
        const { status: code, stdout } = error as { status: number; stdout: Buffer }
        resolve({ code, stdout: stdout.toString() })
      }
    })
    expect(messagesOf(result.stdout)).toEqual(['one', 'two'])
    expect(result.code).toBe(status)
  })
})

describe.runIf(process.platform === 'linux')('lines whose reader sleeps', () => {
  it('come in order, each whole and none twice, and those that do not are counted', async () => {
    const pipe = join(await makeFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const { log, settled } = createLog('info', { fd: openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK) })
    let text = ''
    const read = () => {
      const chunk = Buffer.alloc(65_536)
      try {
        for (let length = 1; length > 0; text += chunk.toString('latin1', 0, length)) length = readSync(reader, chunk)
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN')
      }
    }
    const count = 15_000
    for (let n = 0; n < count; n++) log.info({ n, padding: 'x'.repeat(60) }, 'line')
    await delay(60)
    const ended = settled(20_000)
    await eventually(() => {
      read()
      return text.includes('"lost":')
    })
    await ended
    read()
    const entries = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    const shown = entries.filter(({ msg }) => msg === 'line').map(({ n }) => n)
    expect(shown).toEqual(shown.map((_, n) => n))
    const lost = entries.reduce((sum, entry) => sum + (entry.lost ?? 0), 0)
    expect(lost).toBeGreaterThan(0)
    expect(shown.length + lost).toBe(count)
    closeSync(reader)
  })
})
