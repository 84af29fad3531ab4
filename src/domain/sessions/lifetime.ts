import { BoundedMap } from '../bounded-map.ts'
import { clockSkew } from './clock-skew.ts'
import type { Session, SessionUse } from './store.ts'

export interface LifetimeDeps {
  /** Seconds without a use after which a session is over (OWASP ASVS 7.3.1). */
  readonly idleSeconds: number
  /** Seconds after its login at which it is over, however much it is used (OWASP ASVS 7.3.2). */
  readonly maxSeconds: number
  readonly save: (uses: readonly SessionUse[]) => Promise<void>
}

export type SessionLifetime = ReturnType<typeof createSessionLifetime>

/**
 * How long sessions live, and when they were last used. A use is noted here, and saved for many
 * sessions together: no request pays for a write. A process that is killed loses what it has noted
 * since, some seconds of it.
 */
export function createSessionLifetime({ idleSeconds, maxSeconds, save }: LifetimeDeps) {
  /** What is not known to be stored yet. */
  const noted = new BoundedMap<string, Date>(notedAtMost)
  /** What was stored last: a row may have been read just before. */
  let saved: ReadonlyMap<string, Date> = new Map()
  let savedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let saving: Promise<void> | undefined

  const lastUse = ({ id, lastUsedAt }: Pick<Session, 'id' | 'lastUsedAt'>): Date => {
    const use = noted.get(id) ?? saved.get(id)
    return use && use > lastUsedAt ? use : lastUsedAt
  }

  function saveSoon(): void {
    // One at a time: a database that is slow must not be asked the more for that.
    if (saving) return
    if (noted.size >= notedAtMost) timer = void clearTimeout(timer)
    if (timer) return
    const wait = noted.size >= notedAtMost ? 0 : savedAt + saveEveryMs - performance.now()
    // What is noted is not worth keeping a process alive for.
    if (wait > 0) timer = setTimeout(saveNow, wait).unref()
    else saveNow()
  }

  function saveNow(): void {
    timer = void clearTimeout(timer)
    savedAt = performance.now()
    const uses = new Map(noted)
    saving = save([...uses].map(([id, at]) => ({ id, at })))
      .then(
        () => {
          saved = uses
          for (const [id, at] of uses) if (noted.get(id) === at) noted.delete(id)
          return noted.size > 0
        },
        // A database that is away is told of by every request; the next use has it tried again.
        () => false,
      )
      .then((goesOn) => {
        saving = undefined
        if (goesOn) saveSoon()
      })
  }

  return {
    lastUse,

    /**
     * Whether it still lives at this moment. A session from further ahead than clocks differ by
     * counts as over (docs/decisions/0015); a last use from there is bounded by its age.
     */
    lives(session: Pick<Session, 'id' | 'lastUsedAt' | 'createdAt'>, at: Date): boolean {
      const seconds = (since: Date) => (at.getTime() - since.getTime()) / 1000
      const age = seconds(session.createdAt)
      return age <= maxSeconds && age >= -clockSkew && seconds(lastUse(session)) <= idleSeconds
    },

    /** To be told of every use; what is known to the minute is not noted again. */
    note(session: Pick<Session, 'id' | 'lastUsedAt'>, at: Date): void {
      if (at.getTime() - lastUse(session).getTime() < noteEveryMs) return
      noted.set(session.id, at)
      saveSoon()
    },

    /** Saves what is noted: at the stop, when no more requests come. */
    async flush(): Promise<void> {
      await saving
      if (noted.size > 0) saveNow()
      await saving
    },
  }
}

/** So many seconds later. */
export const after = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)

/** Milliseconds between two uses of a session that are noted. */
const noteEveryMs = 60_000
/** Milliseconds between two saves, of a process. */
const saveEveryMs = 10_000
/** Sessions whose use is kept in memory, some megabytes; of more, the first noted is forgotten. */
const notedAtMost = 10_000
