import { createPrivateKey } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Store } from '../store.ts'
import type { AuditKey } from './keys.ts'
import { digestOf, hashOf, rootOf, signRoot } from './sealing.ts'

export interface SealerDeps {
  readonly store: Store
  readonly key: AuditKey
  readonly now: () => Date
  /** Told of each root once it is committed. */
  readonly onRoot: (root: SealedRoot) => void
  /** Told of what went wrong, once until it works again; each round tries. */
  readonly onFailure: (error: unknown) => void
}

export interface SealedRoot {
  /** That of its last event. */
  readonly number: number
  /** In hexadecimal. */
  readonly root: string
  readonly kid: string
}

export type Sealer = ReturnType<typeof createSealer>

/**
 * Numbers the events of the audit trail after their commit, and seals them: so no writer waits for
 * another, and a number once seen is never followed by a smaller one. Of all processes one seals at
 * a time.
 */
export function createSealer({ store, key, now, onRoot, onFailure }: SealerDeps) {
  /** Whether something was written since the last round began. */
  let isAwaited = false
  let wake = () => {}
  // Once: to read a key costs more than to sign with it.
  const signer = createPrivateKey(key.privateKey)

  /** @returns how many were sealed; 0 where none waits or somebody else is at it */
  async function sealSome(): Promise<number> {
    if (!(await store.audit.isWaiting())) return 0
    const root = await store.transaction(async (tx) => {
      if (!(await tx.audit.lockSealing())) return undefined
      const [before, events] = await tx.batch([
        ['audit', 'findLastRoot'],
        ['audit', 'takeWaiting', atOnce],
      ])
      if (events.length === 0) return undefined
      const first = (before?.lastNumber ?? 0) + 1
      const seals = events.map((event, index) => {
        const { id: eventId, at, actorId, targetId, action } = event
        return { number: first + index, eventId, at, actorId, targetId, action, digest: digestOf(event) }
      })
      const root = signRoot(rootOf(before, seals, key.kid, now()), signer)
      await tx.batch([
        ['audit', 'insertSeals', seals],
        ['audit', 'insertRoot', root],
      ])
      return root
    })
    if (!root) return 0
    onRoot({ number: root.lastNumber, root: hashOf(root).toString('hex'), kid: root.kid })
    return root.count
  }

  /** Seals what waits now. */
  async function seal(): Promise<void> {
    while ((await sealSome()) === atOnce);
  }

  let partitionedAt = Number.NEGATIVE_INFINITY

  /** Where that fails, events go to the default partition: no reason not to seal them. */
  async function makePartitions(): Promise<void> {
    if (now().getTime() - partitionedAt <= partitionEveryMs) return
    partitionedAt = now().getTime()
    await store.audit.makePartitions(now()).catch(onFailure)
  }

  /** Until something is written here, the signal aborts, or it is time to look. */
  function idle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        wake = () => {}
        resolve()
      }
      const timer = setTimeout(end, idleMs)
      signal.addEventListener('abort', end)
      wake = end
    })
  }

  return {
    seal,

    /** To be called after a write: its events are sealed soon. */
    wake(): void {
      isAwaited = true
      wake()
    },

    /** Seals until the signal aborts, and then once more. Never rejects. */
    async run(signal: AbortSignal): Promise<void> {
      let failing = false
      while (!signal.aborted) {
        isAwaited = false
        try {
          await makePartitions()
          await seal()
          failing = false
        } catch (error) {
          if (!failing) onFailure(error)
          failing = true
        }
        if (!isAwaited) await idle(signal)
        // What is written in this moment goes with it.
        if (isAwaited) await delay(gatherMs, undefined, { signal }).catch(() => {})
      }
      await seal().catch(onFailure)
    },
  }
}

/** Events of a root at most, so that a round stays short. */
const atOnce = 500
/** Milliseconds between two looks where nothing is written here: other processes may have ended. */
const idleMs = 1000
/** Milliseconds from a write to its seal. */
const gatherMs = 800
const partitionEveryMs = 3_600_000
