import type { NewUser } from '../../src/domain/users/store.ts'
import type { Service } from '../support/service.ts'

/** Makes users, each a second younger than the one before: their ids. */
export async function makeUsers(service: Service, given: Partial<NewUser>[]): Promise<string[]> {
  const ids: string[] = []
  for (const each of given) {
    ids.push((await service.makeUser(each)).id)
    service.clock.advance(1)
  }
  return ids
}
