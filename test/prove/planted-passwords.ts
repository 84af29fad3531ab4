import type { Fault } from './fault.ts'
import { during, pardon } from './seams.ts'

/** Bugs by which a password that somebody else has set opens more than its own change. */
export const plantedPasswords: readonly Fault[] = [
  { name: 'REST: a manager resets passwords', reply: pardon('role_required', 'POST /users/') },
  {
    name: 'REST: who has to change the password reads the list of users before',
    reply: pardon('password_change_required', 'GET /users'),
  },
  {
    name: 'RPC: who has to change the password reads before',
    store: during(
      ({ method, path }) => method === 'GET' && path.includes(':'),
      ({ sessions }) => ({
        sessions: {
          find: async (id) => {
            const found = await sessions.find(id)
            return found && { ...found, user: { ...found.user, mustChangePassword: false } }
          },
        },
      }),
    ),
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
