import { afterAll, beforeAll, expect, it } from 'vitest'
import { objectOf, serviceGrants } from '../../src/store/grants.ts'
import { inFull } from '../support/figures.ts'
import { denialsOf, type GuardedServer, makeGranted, startGuardedServer } from './guarded-role.ts'

const all = serviceGrants.flatMap(([on, privileges]) => privileges.map((privilege) => [privilege, on] as const))
/** A few of them in short: one that a start needs, one of serving, one of the upkeep. */
const short = [all[0], all.find(([privilege]) => privilege === 'delete'), ['update', 'user_numbers'] as const]
const chosen = inFull ? all : short.filter((each) => each !== undefined)

let server: GuardedServer
let made = 0

beforeAll(async () => {
  server = await startGuardedServer()
  await makeGranted(server)
})
afterAll(() => server?.stop())

it.each(chosen)('without the grant of %s on %s something is denied', async (privilege, on) => {
  const name = `less_${++made}`
  await server.createdb(name, 'granted')
  await server.psql(name, `revoke ${privilege} on ${objectOf(on)} from service`)
  expect(await denialsOf(server.as('service', name))).not.toEqual([])
})
