import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { chmod, readFile, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddedPostgres } from '@janus/embedded-postgres'
import { afterEach, describe, expect, it } from 'vitest'
import { onLinux } from '../support/processes.ts'
import { cleanUp, isRoot, makeDataFolder, makeFolder, query, start } from './support.ts'

afterEach(cleanUp)

describe('who may come in', { timeout: 120_000 }, () => {
  /**
   * What a process under an account hears at the socket of a server, however its folder lets it
   * come there.
   */
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
    const server = await start({ dataDir: await makeDataFolder() })
    expect(await answerTo(server, {})).toBe('welcome')
    expect(await answerTo(server, {}, 'somebody')).toMatch(/^no pg_hba\.conf entry/)
    const rules = 'select type, database, user_name, auth_method, error from pg_hba_file_rules'
    expect(await query(server, rules)).toEqual([
      { type: 'local', database: ['all'], user_name: ['janus'], auth_method: 'peer', error: null },
    ])
  })

  it.runIf(isRoot && onLinux)('not the account that runs the server, which other programs may share', async () => {
    const dataDir = await makeDataFolder()
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
    const dataDir = await makeDataFolder()
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
    const [dataDir, elsewhere] = [await makeDataFolder(), await makeFolder()]
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
