import { createHash, createHmac, randomBytes } from 'node:crypto'
import { first, type Step } from '../command.ts'
import type { RefreshToken } from './store.ts'

/** A new refresh token: 256 random bits, base64url. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What the store keeps of a token. A plain hash does: 256 random bits cannot be guessed from it.
 */
export function digestRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Salt for the successor of one token. */
export function newSuccessorSalt(): Buffer {
  return randomBytes(32)
}

/**
 * The token after `token`. Derived, so that everyone who shows the same token gets the same
 * successor although the store keeps neither: the salt alone (a stolen database) or an old token
 * alone (a stolen device) gives nothing.
 */
export function successorOf(token: string, salt: Buffer): string {
  return createHmac('sha256', token).update(salt).digest('base64url')
}

/**
 * Goes on with the newest of the tokens derived from `token`, one after the other; `presented` is
 * its row.
 */
export function newestAfter<Result>(
  token: string,
  presented: RefreshToken | undefined,
  next: (newest: string) => Step<Result>,
): Step<Result> {
  if (!presented?.successorSalt) return next(token)
  const successor = successorOf(token, presented.successorSalt)
  return first(['sessions', 'findRefreshToken', digestRefreshToken(successor)], (row) =>
    newestAfter(successor, row, next),
  )
}
