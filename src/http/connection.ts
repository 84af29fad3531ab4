import type { Socket } from 'node:net'
import { ClientGone } from '../domain/waiter.ts'

const signals = new WeakMap<Socket, AbortSignal>()

/**
 * Aborted with ClientGone when the connection closes: one signal for all of its requests, those
 * sent ahead included.
 */
export function closingOf(socket: Socket): AbortSignal {
  const known = signals.get(socket)
  if (known) return known
  const controller = new AbortController()
  const close = () => controller.abort(new ClientGone())
  if (socket.closed) close()
  else socket.once('close', close)
  signals.set(socket, controller.signal)
  return controller.signal
}
