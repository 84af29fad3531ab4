import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort } from '../process/janus.ts'
import { eventually } from './processes.ts'

/** Where Debian's haproxy has its program. */
const program = '/usr/sbin/haproxy'

export interface Haproxy {
  /** Where it listens, by the first `bind` of its configuration. */
  readonly url: string
  /** How each server is now, by its name: `UP`, `DOWN`, `UP 1/2` on its way … */
  servers(): Promise<Record<string, string>>
  /** What it has said on standard error. */
  said(): string
  stop(): Promise<void>
}

/**
 * Runs HAProxy with this configuration, as the current user; each `bind 127.0.0.1:…` of it gets a
 * free port instead. Resolves when it listens.
 *
 * @throws Error when it is not installed, or ends at once: with what it complained of
 */
export async function startHaproxy(config: string): Promise<Haproxy> {
  if (!existsSync(program))
    throw new Error(`${program} is not there: these tests need HAProxy (Debian: apt-get install haproxy)`)
  const folder = await mkdtemp(join(tmpdir(), 'janus-haproxy-'))
  const [file, socket] = [join(folder, 'haproxy.cfg'), join(folder, 'stats.sock')]
  let port = 0
  let own = config
  for (const [bind] of config.matchAll(/^\s*bind 127\.0\.0\.1:\d+/gm)) {
    const free = await freePort()
    port ||= free
    own = own.replace(bind, bind.replace(/\d+$/, String(free)))
  }
  await writeFile(file, `${own}\nglobal\n  stats socket ${socket}\n`)
  const child = spawn(program, ['-f', file, '-db'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  let running = true
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      running = false
      resolve()
    })
  })
  /** Asks its socket of commands. */
  const ask = async (command: string): Promise<string> => {
    const asking = connect(socket)
    asking.end(`${command}\n`)
    return text(asking)
  }
  const haproxy: Haproxy = {
    url: `http://127.0.0.1:${port}`,
    said: () => said,
    async servers() {
      const [names = '', ...rows] = (await ask('show stat')).trim().split('\n')
      const columns = names.replace(/^# /, '').split(',')
      const [name, status] = [columns.indexOf('svname'), columns.indexOf('status')]
      const cells = rows.map((row) => row.split(','))
      return Object.fromEntries(
        cells
          .map((row) => [row[name] as string, row[status] as string])
          .filter(([of]) => !/^[A-Z]+END$/.test(of as string)),
      )
    },
    async stop() {
      if (running) child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
  await eventually(() => !running || ask('show info').then(Boolean, () => false))
  if (!running) {
    await haproxy.stop()
    throw new Error(`HAProxy did not start: ${said}`)
  }
  return haproxy
}
