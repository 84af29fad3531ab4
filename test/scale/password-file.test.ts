import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, cleanUp, makeFolder, start } from '../process/janus.ts'
import { startPostgres } from '../process/postgres.ts'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let file: string

beforeAll(async () => {
  postgres = await startPostgres()
  file = join(await makeFolder(), 'password')
  await postgres.sql("create role janus login password 'the first one'")
  await postgres.sql('create database janus owner janus')
})
afterAll(async () => {
  await cleanUp()
  await postgres?.close()
})

it('the password of the database is read at each connect, so that it can be changed', async () => {
  const env = { DATABASE_URL: postgres.url('janus', undefined, 'janus'), DATABASE_PASSWORD_FILE: file }
  writeFileSync(file, 'a wrong one\n')
  const refused = await start(env)
  expect(await refused.ended).toEqual({ code: 1, signal: null })
  expect(refused.stderr()).toMatch(/password authentication failed.*DATABASE_PASSWORD_FILE/)

  writeFileSync(file, 'the first one\n')
  const janus = await start(env)
  const url = await janus.url
  expect((await fetch(`${url}/ready`)).status).toBe(200)

  await postgres.sql("alter role janus password 'the second one'")
  // What is open goes on, until it is ended.
  expect((await fetch(`${url}/ready`)).status).toBe(200)
  const end = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'janus'"
  await postgres.sql(end)
  await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(503)
  writeFileSync(file, 'the second one\n')
  await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(200)
  expect(janus.stdout() + janus.stderr() + refused.stderr()).not.toMatch(/the (first|second) one/)
  expect(await ask(postgres.url('janus', 'the second one', 'janus'), 'select 1 as one')).toEqual([{ one: 1 }])
})

it('a file that is not there, or has nothing in it, is told at the start', async () => {
  writeFileSync(`${file}-empty`, '\n')
  for (const [name, said] of [
    ['gone', 'cannot be read'],
    ['empty', 'is empty'],
  ]) {
    const env = { DATABASE_URL: postgres.url('janus', undefined, 'janus'), DATABASE_PASSWORD_FILE: `${file}-${name}` }
    const janus = await start(env)
    expect(await janus.ended).toEqual({ code: 1, signal: null })
    expect(janus.stderr()).toMatch(
      new RegExp(`The database cannot be used: the file of DATABASE_PASSWORD_FILE ${said}.*Put the password there`),
    )
  }
})
