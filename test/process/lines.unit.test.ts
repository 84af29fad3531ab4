import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { splitLines } from '../../src/process/lines.ts'

it('lines are handed on whole, wherever the pieces end, and half a line at the end is none', () => {
  const text = 'one\n\ntwo: zwölf\u2028\r\nthree\nhalf'
  const bytes = Buffer.from(text)
  for (let size = 1; size <= bytes.length; size++) {
    const stream = new PassThrough()
    const taken: string[] = []
    splitLines(stream, (lines) => taken.push(...lines))
    for (let at = 0; at < bytes.length; at += size) stream.emit('data', bytes.subarray(at, at + size))
    expect(taken).toEqual(['one\n', '\n', 'two: zwölf\u2028\r\n', 'three\n'])
  }
})

it('lines of three logs, far longer than what a pipe takes at once, never mix and none is lost', async () => {
  const url = new URL('../../src/process/log.ts', import.meta.url).href
  const script = `import { createLog } from '${url}'
    const { log, settled } = createLog('info', process.stdout, { pid: process.pid })
    for (let n = 0; n < 300; n++) {
      log.info({ n, padding: 'x'.repeat(n % 3 ? 80 : 9000) }, 'line')
      if (n % 10 === 0) await new Promise(setImmediate)
    }
    await settled(20_000)`
  const lines: string[] = []
  const writers = Array.from({ length: 3 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  await Promise.all(
    writers.map((writer) => {
      splitLines(writer.stdout, (taken) => lines.push(...taken))
      return once(writer, 'close')
    }),
  )
  const entries = lines.map((line) => JSON.parse(line))
  for (const { pid } of writers)
    expect(entries.filter((entry) => entry.pid === pid).map(({ n }) => n)).toEqual(
      Array.from({ length: 300 }, (_, n) => n),
    )
  expect(lines).toHaveLength(900)
})
