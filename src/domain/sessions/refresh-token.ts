import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Store } from '../store.ts'
import type { RefreshToken } from './store.ts'

/** A new refresh token: 256 random bits, base64url. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What the store keeps of a token. A plain hash does: 256 random bits cannot be guessed from it. */
export function digestRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Salt for the successor of one token. */
export function newSuccessorSalt(): Buffer {
  return randomBytes(32)
}

/**
 * The token after `token`. Derived, so that everyone who shows the same token gets the same successor although the store keeps neither:
 * the salt alone (a stolen database) or an old token alone (a stolen device) gives nothing.
 */
export function successorOf(token: string, salt: Buffer): string {
  return createHmac('sha256', token).update(salt).digest('base64url')
}

/** The newest of the tokens derived from `token`, one after the other; `presented` is its row. */
export async function newestAfter(tx: Store, token: string, presented: RefreshToken): Promise<string> {
  let newest = token
  let row: RefreshToken | undefined = presented
  while (row?.successorSalt) {
    newest = successorOf(newest, row.successorSalt)
    row = await tx.sessions.findRefreshToken(digestRefreshToken(newest))
  }
  return newest
}
