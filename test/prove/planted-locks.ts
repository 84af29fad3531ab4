import type { Failures } from '../../src/domain/sessions/store.ts'
import type { Fault } from './fault.ts'
import { during, hasAction, isTo } from './seams.ts'

const endsWith =
  (end: string) =>
  ({ path }: { readonly path: string }) =>
    path.endsWith(end)

/** Bugs by which a lock does not hold, or holds the wrong ones. */
export const plantedLocks: readonly Fault[] = [
  {
    name: 'a lock forgets: the right password gets in under it',
    store: ({ loginFailures }) => ({
      loginFailures: {
        find: async (account, address) => ({ ...(await loginFailures.find(account, address)), here: undefined }),
      },
    }),
  },
  {
    name: 'REST: a reset leaves the lock',
    store: during(endsWith('/reset-password'), () => ({ loginFailures: { removeAllOf: async () => {} } })),
  },
  {
    name: 'REST: unlocking leaves the lock',
    store: during(endsWith('/unlock'), () => ({ loginFailures: { unlock: async () => {} } })),
  },
  {
    name: 'RPC: unlocking forgets where the user has been',
    store: during(hasAction('unlock'), ({ loginFailures }) => ({
      loginFailures: { unlock: (account) => loginFailures.removeAllOf(account) },
    })),
  },
  {
    name: 'locks do not grow',
    store: ({ loginFailures }, { now }) => ({
      loginFailures: {
        save: (account, address, { here, ...failures }) => {
          const { windowEnd } = here as Failures
          const end = Math.min(windowEnd.getTime(), now.getTime() + 900_000)
          return loginFailures.save(account, address, {
            ...failures,
            here: { ...(here as Failures), windowEnd: new Date(end) },
          })
        },
      },
    }),
  },
  {
    name: 'RPC: the ceiling of an account keeps its owner out',
    store: during(isTo('POST /auth:login'), ({ loginFailures }) => ({
      loginFailures: {
        find: async (account, address) => ({ ...(await loginFailures.find(account, address)), isKnown: false }),
      },
    })),
  },
  {
    name: 'REST: strangers try freely after the ceiling',
    store: during(isTo('POST /auth/login'), ({ loginFailures }) => ({
      loginFailures: {
        find: async (account, address) => ({ ...(await loginFailures.find(account, address)), isKnown: true }),
      },
    })),
  },
  {
    name: 'the lock that is shown is not the latest',
    store: () => ({ loginFailures: { lockedUntil: async () => undefined } }),
  },
]
