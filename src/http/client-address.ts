import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { readAddress } from '../domain/address.ts'

const peers = new WeakMap<Socket, string>()

/**
 * Where a request comes from. What a proxy calls `unknown`, hides or garbles is the proxy itself: a
 * name that a client can make up would be another client each time.
 *
 * @param proxies in front: so many addresses of X-Forwarded-For, from the right, are theirs to say
 */
export function clientAddress({ headers, socket }: IncomingMessage, proxies: number): string {
  const forwarded = headers['x-forwarded-for']
  const named = proxies > 0 && forwarded !== undefined ? String(forwarded).split(',').slice(-proxies)[0] : undefined
  return (named !== undefined && readAddress(named)) || peerOf(socket)
}

/** The same for every request of a connection. */
function peerOf(socket: Socket): string {
  const known = peers.get(socket)
  if (known !== undefined) return known
  const given = socket.remoteAddress ?? 'unknown'
  const peer = readAddress(given) ?? given
  peers.set(socket, peer)
  return peer
}
