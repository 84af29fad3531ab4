import type { IncomingMessage } from 'node:http'
import { readAddress } from '../domain/address.ts'

/**
 * Where a request comes from. What a proxy calls `unknown`, hides or garbles is the proxy itself: a
 * name that a client can make up would be another client each time.
 *
 * @param proxies in front: so many addresses of X-Forwarded-For, from the right, are theirs to say
 */
export function clientAddress({ headers, socket }: IncomingMessage, proxies: number): string {
  const peer = socket.remoteAddress ?? 'unknown'
  const forwarded = headers['x-forwarded-for']
  const named = proxies > 0 && forwarded !== undefined ? String(forwarded).split(',').slice(-proxies)[0] : undefined
  return readAddress(named ?? '') ?? readAddress(peer) ?? peer
}
