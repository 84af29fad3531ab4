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
  let noted = new Map<string, Date>()
  let savedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const lastUse = ({ id, lastUsedAt }: Pick<Session, 'id' | 'lastUsedAt'>): Date => {
    const use = noted.get(id)
    return use && use > lastUsedAt ? use : lastUsedAt
  }

  function saveSoon(): void {
    if (timer) return
    const wait = savedAt + saveEveryMs - performance.now()
    if (wait <= 0) {
      saveNow()
      return
    }
    timer = setTimeout(saveNow, wait)
    // What is noted is not worth keeping a process alive for.
    timer.unref()
  }

  function saveNow(): void {
    clearTimeout(timer)
    timer = undefined
    savedAt = performance.now()
    const uses = [...noted].map(([id, at]) => ({ id, at })).sort((a, b) => (a.id < b.id ? -1 : 1))
    noted = new Map()
    // A database that is away is told of by every request; the next use is noted again.
    save(uses).catch(() => {})
  }

  return {
    lastUse,

    /** Whether it still lives at this moment. A clock that was set back by a little ends nothing. */
    lives(session: Pick<Session, 'id' | 'lastUsedAt' | 'createdAt'>, at: Date): boolean {
      const seconds = (since: Date) => (at.getTime() - since.getTime()) / 1000
      const age = seconds(session.createdAt)
      return age <= maxSeconds && age >= -clockSkew && seconds(lastUse(session)) <= idleSeconds
    },

    /** To be told of every use; what is known to the minute is not noted again. */
    note(session: Pick<Session, 'id' | 'lastUsedAt'>, at: Date): void {
      if (at.getTime() - lastUse(session).getTime() < noteEveryMs) return
      noted.set(session.id, at)
      if (noted.size >= notedAtMost) saveNow()
      else saveSoon()
    },
  }
}

/** Milliseconds between two uses of a session that are noted. */
const noteEveryMs = 60_000
/** Milliseconds between two saves, of a process. */
const saveEveryMs = 10_000
/** Sessions whose use is kept in memory: some megabytes. */
const notedAtMost = 10_000
