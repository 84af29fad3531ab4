import type { Group } from '../load/job.ts'
import { authorized, login, paths, type Requests } from '../requests.ts'
import { groupOf, sample } from './rounds.ts'
import { median, shuffled } from './statistics.ts'
import type { Subject, World } from './world.ts'

const reads = paths((id) => `/users/${id}`)

/** p99 of reads in milliseconds, by server, while so many log in: the median of the rounds. */
export async function besideLogins(
  world: World,
  subjects: readonly Subject[],
  { rounds, seconds, logins, signal }: { rounds: number; seconds: number; logins: number; signal: AbortSignal },
): Promise<Map<Subject, number>> {
  const taken = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++)
    for (const subject of shuffled(subjects)) {
      signal.throwIfAborted()
      const groups = [groupOf('get', reads, subject, 8), groupOf('login', login, subject, logins)]
      taken.get(subject)?.push((await sample(world, subject, groups, seconds)).p99)
    }
  return new Map([...taken].map(([subject, values]) => [subject, median(values)]))
}

/**
 * p99 of a get in milliseconds, beside 20 who search one letter and beside 20 who get too; by
 * rounds, in turn.
 */
export async function besideSearchers(world: World, subject: Subject, rounds: number, seconds: number) {
  const letters: Requests = (material, connection) =>
    ['e', 'a', 'z', 'q', '7'].map((letter) => ({
      method: 'GET',
      path: `/users?search=${letter}`,
      headers: authorized(material, connection),
    }))
  const p99 = async (other: Group) =>
    (await sample(world, subject, [groupOf('get', reads, subject, 8), other], seconds)).p99
  const searching: number[] = []
  const getting: number[] = []
  for (let round = 0; round < rounds; round++) {
    searching.push(await p99(groupOf('search', letters, subject, 20)))
    getting.push(await p99(groupOf('others', reads, subject, 20)))
  }
  return { searching: median(searching), getting: median(getting) }
}
