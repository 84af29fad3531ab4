/** Someone who waits in a queue for a turn. */
export interface Waiter {
  /** Settles when the turn has come, the waiter is refused, or the client goes away. */
  readonly turn: Promise<void>
  readonly admit: () => void
  readonly refuse: (reason: Error) => void
}

/**
 * The client closed its connection before it had its answer. No failure: nobody is left to be
 * answered.
 */
export class ClientGone extends Error {
  constructor() {
    super('the client closed the connection before its answer')
    this.name = 'ClientGone'
  }
}

/**
 * @param gone aborted when the client goes away; `turn` then fails with its reason
 * @param leave takes the waiter out of its queue; called only when the client has gone
 */
export function newWaiter(gone: AbortSignal | undefined, leave: (waiter: Waiter) => void): Waiter {
  const { promise: turn, resolve, reject } = Promise.withResolvers<void>()
  const hangUp = () => {
    leave(waiter)
    reject(gone?.reason)
  }
  const settle = () => gone?.removeEventListener('abort', hangUp)
  const waiter: Waiter = {
    turn,
    admit: () => {
      settle()
      resolve()
    },
    refuse: (reason) => {
      settle()
      reject(reason)
    },
  }
  gone?.addEventListener('abort', hangUp, { once: true })
  return waiter
}

/**
 * Waits until another request of `key`, who sends it, may be at the database; throws where too many
 * wait.
 */
export type EnterLine = (key: string) => Promise<void>
