import type { Fault } from './fault.ts'
import { during, isTo } from './seams.ts'

/** Bugs by which a password that somebody else has set opens more than its own change. */
export const plantedPasswords: readonly Fault[] = [
  {
    name: 'RPC: who has to change the password looks at the own account before',
    store: during(isTo('GET /auth:me'), ({ sessions }) => ({
      sessions: {
        find: async (id) => {
          const found = await sessions.find(id)
          return found && { ...found, user: { ...found.user, mustChangePassword: false } }
        },
      },
    })),
  },
  {
    name: 'REST: a reset forgets that the password has to be changed',
    store: during(
      ({ path }) => path.endsWith('/reset-password'),
      ({ users }) => ({
        users: { changePassword: (id, change) => users.changePassword(id, { ...change, mustChangePassword: false }) },
      }),
    ),
  },
  {
    name: 'a changed password has to be changed again',
    store: ({ users }) => ({
      users: {
        changePassword: async (id, change) => {
          const user = await users.find(id)
          return users.changePassword(id, {
            ...change,
            mustChangePassword: change.mustChangePassword || user?.mustChangePassword === true,
          })
        },
      },
    }),
  },
]
