import type { ChildProcess } from 'node:child_process'

/** As `cluster` hands a connection to a worker, and as the worker answers that it has come. */
interface Internal {
  readonly seq?: number
  readonly ack?: number
}

/**
 * Closes the connection that a worker leaves unanswered for as it ends: it would stay open with
 * nobody at it, since `cluster` waits for the worker's word. Once that is given, the connection is
 * another's: one that the worker has refused waits for the next.
 *
 * @param child of `cluster.fork`, which hands one connection after the other to it
 */
export function closeUnaccepted(child: ChildProcess): void {
  const send = child.send.bind(child) as (...given: unknown[]) => boolean
  let handed: { readonly seq: number | undefined; readonly handle: { close?(): void } } | undefined
  child.send = (...given: unknown[]) => {
    const [message, handle] = given as [Internal, { close?(): void } | undefined]
    if (handle) handed = { seq: message.seq, handle }
    return send(...given)
  }
  // By its number: `cluster`, who hears of it first, may have handed over the next one already.
  child.on('internalMessage', ({ ack }: Internal) => {
    if (ack !== undefined && ack === handed?.seq) handed = undefined
  })
  // Its disconnection is never told of while a connection is on its way to it.
  child.once('exit', () => handed?.handle.close?.())
}
