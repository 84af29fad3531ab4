import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseAccount } from '../../packages/embedded-postgres/account.ts'
import { findBinaries } from '../../packages/embedded-postgres/binaries.ts'
import { start } from '../../packages/embedded-postgres/child.ts'
import { eventually } from '../support/processes.ts'
import { ask, freePort } from './janus.ts'

/**
 * A PostgreSQL as other people run one: on TCP, asking for passwords, with roles that may not do
 * everything.
 */
export async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'janus-postgres-test-'))
  const account = await chooseAccount(folder)
  const put = async (name: string, text: string) => {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    if (account.uid !== undefined) await chown(join(folder, name), account.uid, account.gid as number)
  }
  const password = randomBytes(9).toString('hex')
  await put('password', password)
  await put('key.pem', key)
  await put('certificate.pem', certificate)
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid as number)
  const { initdb, postgres } = await findBinaries(account, () => {})
  const data = join(folder, 'data')
  const flags = ['-D', data, '-U', 'super', '--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`, '-N']
  const made = start([initdb, ...flags, '--encoding=UTF8', '--locale=C'], folder, account)
  if ((await made.ended) !== 'exit code 0') throw new Error(made.lines.join('\n'))
  const port = await freePort()
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=20',
  ]
  const tls = ['ssl=on', `ssl_key_file=${join(folder, 'key.pem')}`, `ssl_cert_file=${join(folder, 'certificate.pem')}`]
  /** Who is let in by a certificate, and by which authority's. */
  const putCertified = async (role: string, ca: string) => {
    const hba = await readFile(join(data, 'pg_hba.conf'), 'utf8')
    await put('data/pg_hba.conf', `hostssl all ${role} all cert\n${hba}`)
    await put('ca.pem', ca)
    tls.push(`ssl_ca_file=${join(folder, 'ca.pem')}`)
  }
  const run = (extra: string[] = []) =>
    start([postgres, '-D', data, ...[...settings, ...extra].flatMap((setting) => ['-c', setting])], folder, account)
  let server = run()
  const url = (user: string, secret: string | undefined, database: string, query = '') =>
    `postgres://${user}${secret === undefined ? '' : `:${secret}`}@127.0.0.1:${port}/${database}${query}`
  const sql = (text: string, database = 'postgres') => ask(url('super', password, database), text)
  const answers = () =>
    eventually(() =>
      sql('select 1').then(
        () => true,
        () => false,
      ),
    )
  const stop = async () => {
    server.kill('SIGINT')
    await server.ended
  }
  await answers()
  return {
    url,
    /** As the superuser. */
    sql,
    /** By the certificate below, or by one that is given, and a role that logs in by its own. */
    async restartWithTls(given?: { key: string; certificate: string; ca: string; certified: string }) {
      if (given) {
        await put('key.pem', given.key)
        await put('certificate.pem', given.certificate)
        await putCertified(given.certified, given.ca)
      }
      await stop()
      server = run(tls)
      await answers()
    },
    async close() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Self-signed, for tests alone; good for a hundred years. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJjmhL9LkhggZ+6mx
gF3BFXKbTr/BABneygsts3W+QLehRANCAAQ8WBag5xlf84r0N/NjZRCbOy6w1GdY
gpHIF87tYvA8g1mRKeC0TNPnNTIYceJgVfN9GIXu1XUw7Yl5dW4vfklo
-----END PRIVATE KEY-----
`
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUWyxeZ+ufQ6s8AzmlG+271y97KMswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjIwNTIyNVoYDzIxMjYxMTAy
MjA1MjI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ8WBag5xlf84r0N/NjZRCbOy6w1GdYgpHIF87tYvA8g1mRKeC0TNPn
NTIYceJgVfN9GIXu1XUw7Yl5dW4vfkloo1MwUTAdBgNVHQ4EFgQUIFWeq9GLeZmM
8zRIsDpr3gfDqJYwHwYDVR0jBBgwFoAUIFWeq9GLeZmM8zRIsDpr3gfDqJYwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBkocidbcMMEzgkXWzUgrbI
vzCwsfadwsJSGa5L4JOZrgIhAPRDCOeJkUNws7nqnNuKdsuMM1swRNJzFn+3ttML
uE9G
-----END CERTIFICATE-----
`
