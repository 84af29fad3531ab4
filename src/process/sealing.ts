import type { Logger } from 'pino'
import { createSealer, type SealerDeps } from '../domain/audit/sealer.ts'

/**
 * Seals the audit trail beside serving, and writes each root to the log: whoever keeps the log
 * elsewhere can prove by it that nobody has made the trail anew.
 *
 * @returns `wake`, to be called after a write, and `stop`, which seals what is left
 */
export async function startSealing({
  log,
  ...deps
}: Pick<SealerDeps, 'store' | 'key' | 'now'> & { readonly log: Logger }) {
  if (await deps.store.audit.isOwner()) log.info(ownsTrail)
  const sealer = createSealer({
    ...deps,
    onRoot: (root) => log.info(root, 'audit trail sealed'),
    onFailure: (error) =>
      log.warn(
        `the audit trail could not be sealed, and will be tried again: ${(error as Error).message.split('\n', 1)[0]}`,
      ),
  })
  const stopping = new AbortController()
  const running = sealer.run(stopping.signal)
  return {
    wake: sealer.wake,
    stop(): Promise<void> {
      stopping.abort()
      return running
    },
  }
}

const ownsTrail =
  'the audit trail is guarded against slips alone: the database role of the service owns its tables. README.md tells of a role that does not'
