import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readNotes } from '../../contract/coverage/record.ts'
import { createNotes } from '../support/contract-coverage.ts'

describe('a recorded call', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'janus-notes-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  // Made-up replies are no evidence: these notes go nowhere.
  const { noteCall, recordExample } = createNotes(undefined)
  const bearer = (role: string) =>
    `Bearer e30.${Buffer.from(JSON.stringify({ role, sub: 'someone' })).toString('base64url')}.x`
  const list = (role: string, now: string | undefined, status: number, error_code?: string) =>
    noteCall(
      'Rpc.Users.list',
      { path: '/users:list', headers: { Authorization: bearer(role) }, body: undefined },
      { status, headers: {}, body: { error_code } },
      async () => now,
    )

  it('that lets in a role, or refuses one, against the document is a failure of the test that made it', async () => {
    await expect(list('guest', 'guest', 404)).rejects.toThrow('Rpc.Users.list: guest was passed')
    await expect(list('admin', 'admin', 403, 'AUTHZ_ROLE_REQUIRED')).rejects.toThrow('admin was refused')
  })

  it('is none where the role has changed since the login', async () => {
    await list('guest', 'admin', 404)
    await list('guest', undefined, 404)
  })

  it('that let nobody in where a token is asked for is one too', async () => {
    const sent = { path: '/users:list', headers: {}, body: undefined }
    const reply = { status: 200, headers: {}, body: {} }
    await expect(noteCall('Rpc.Users.list', sent, reply, async () => undefined)).rejects.toThrow('nobody was allowed')
  })

  it('whose caller cannot be looked up is a failure, not a pass', async () => {
    const sent = { path: '/users:list', headers: { Authorization: bearer('guest') }, body: undefined }
    const find = async () => Promise.reject(new Error('no such column'))
    const reply = (status: number) => ({ status, headers: {}, body: {} })
    await expect(noteCall('Rpc.Users.list', sent, reply(200), find)).rejects.toThrow('no such column')
    // Where a test has broken the table, the service has failed as well: nothing is asked.
    await noteCall('Rpc.Users.list', sent, reply(500), find)
  })

  it('goes to the file of its own notes, and to no other', async () => {
    const sent = { path: '/users:list', headers: { Authorization: bearer('admin') }, body: undefined }
    const ask = (notes: ReturnType<typeof createNotes>) =>
      notes.noteCall('Rpc.Users.list', sent, { status: 200, headers: {}, body: {} }, async () => 'admin')
    await ask(createNotes(undefined))
    expect(readNotes(folder)).toEqual([])
    await ask(createNotes(join(folder, 'own')))
    expect(readNotes(folder)).toContainEqual(['role', 'Rpc.Users.list', 'admin', 'allowed'])
  })

  it('bears out the examples of the types that were answered', () => {
    const { noteReply } = createNotes(join(folder, 'own'))
    const where = '/paths/~1auth:me/get/responses/200'
    const example = ['example', '/components/schemas/Role/examples/0']
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    noteReply('Rpc.Auth.me', where, { status: 200, headers, body: { user: { role: 'guest' } } })
    expect(readNotes(folder)).not.toContainEqual(example)
    noteReply('Rpc.Auth.me', where, { status: 200, headers, body: { user: { role: 'user' } } })
    expect(readNotes(folder)).toContainEqual(example)
  })

  it('of an example names one that exists', () => {
    expect(() => recordExample('/paths/nowhere/example')).toThrow(/has no example/)
  })
})
