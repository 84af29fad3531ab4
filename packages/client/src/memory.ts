import type { TokenStore, Tokens } from './types.ts'

/** Keeps the tokens as long as the object lives: what is used unless there is another store. */
export function memory(): TokenStore {
  let kept: Tokens | undefined
  return {
    get: () => kept,
    set(tokens) {
      kept = tokens
    },
  }
}
