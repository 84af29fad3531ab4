import type { Name } from '../scenarios.ts'
import { compareAnswers } from './answers.ts'
import { openWorld, type Subject, type World, type WorldOptions } from './world.ts'

/** A world with these servers in it, whose answers are equal. */
export interface Measured {
  readonly world: World
  readonly subjects: readonly Subject[]
  of(name: Name): Subject
}

/**
 * Starts them one after the other, and holds the floor's answers against Janus's before anything is
 * measured.
 */
export async function startSubjects(
  options: WorldOptions,
  names: readonly Name[],
  sessions: number,
): Promise<Measured> {
  const world = await openWorld(options)
  try {
    const subjects: Subject[] = []
    for (const name of names) subjects.push(await world.subject(name, sessions))
    const of = (name: Name) => subjects.find((subject) => subject.name === name) as Subject
    options.say(`${await compareAnswers(of('janus'), of('floor'))} answers of the floor are those of Janus`)
    return { world, subjects, of }
  } catch (error) {
    await world.stop()
    throw error
  }
}
