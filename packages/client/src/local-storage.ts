import type { TokenStore, Tokens } from './types.ts'

/**
 * Keeps the tokens in the browser's `localStorage`, for all tabs of the page's origin, which take
 * turns to refresh them (Web Locks). Whatever script runs on the origin can read them there: where
 * that is not only yours, keep them in memory (OWASP HTML5 Security Cheat Sheet, Local Storage).
 *
 * @param key the name of the entry, and of the lock: one for each service and user
 */
export function localStorageTokens(key = 'janus-tokens'): TokenStore {
  return {
    get() {
      try {
        const tokens: Tokens | null = JSON.parse(localStorage.getItem(key) ?? 'null')
        return typeof tokens?.accessToken === 'string' ? tokens : undefined
      } catch {
        // Written by somebody else.
        return undefined
      }
    },
    set(tokens) {
      if (tokens) localStorage.setItem(key, JSON.stringify(tokens))
      else localStorage.removeItem(key)
    },
    // Pages without TLS have no locks; there the tabs race, and the loser takes the winner's pair.
    lock: <Result>(work: () => Promise<Result>) =>
      navigator.locks ? (navigator.locks.request(key, work) as Promise<Result>) : work(),
  }
}
