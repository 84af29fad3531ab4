/** A bug that somebody might write: one place in a source, told by text that stands there once. */
export interface Planted {
  readonly name: string
  /** From the root of the project. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

const rpc = 'src/http/rpc/users.ts'
const rest = 'src/http/rest/users.ts'
const users = 'src/domain/users/users.ts'
const sessions = 'src/domain/sessions/sessions.ts'

/** Each has to be found; most are in one style alone, which its own tests may well take for right. */
export const planted: readonly Planted[] = [
  {
    name: 'REST: an update passes over the status',
    file: rest,
    find: "users.change(caller, requireId(id), body, 'profile')",
    replace: "users.change(caller, requireId(id), { ...body, status: undefined } as never, 'profile')",
  },
  {
    name: 'RPC: a list with a role forgets its cursor',
    file: rpc,
    find: '...(start && { after: start })',
    replace: '...(start && !filter.role && { after: start })',
  },
  {
    name: 'both cursors step over one user',
    file: users,
    find: 'users.length > keyset.limit ? page.at(-1)?.id',
    replace: 'users.length > keyset.limit ? users.at(-1)?.id',
  },
  {
    name: 'REST: pages are counted down',
    file: rest,
    find: 'Math.ceil(total / limit)',
    replace: 'Math.floor(total / limit)',
  },
  {
    name: 'REST: the last pages are upside down',
    file: 'src/store/users/user-lists.ts',
    find: '(await readPage(page, total - offset - size, size, opposite)).reverse()',
    replace: 'readPage(page, total - offset - size, size, opposite)',
  },
  {
    name: 'REST: users of one moment are sorted by name',
    file: 'src/store/users/user-lists.ts',
    find: ', users.id ',
    replace: ', users.username ',
  },
  {
    name: 'REST: the direction is not heeded',
    file: rest,
    find: '      sortOrder,\n',
    replace: "      sortOrder: 'DESC',\n",
  },
  {
    name: 'deleted users come back in a search',
    file: 'src/store/users/user-filter.ts',
    find: "  else users.whereNull('users.deleted_at')",
    replace: "  else if (search === undefined) users.whereNull('users.deleted_at')",
  },
  {
    name: 'a search takes _ for any character',
    file: 'src/store/users/user-filter.ts',
    find: '/[\\\\%_]/g',
    replace: '/[\\\\%]/g',
  },
  {
    name: 'sessions of a suspended user wake up again',
    file: users,
    find: "if (change.status && change.status !== 'active') await tx.sessions.removeAllOf(id)\n",
    replace: '',
  },
  {
    name: 'RPC: a reset leaves the sessions',
    file: users,
    find: '        await tx.sessions.removeAllOf(id)\n        await tx.loginFailures',
    replace: '        await tx.loginFailures',
  },
  {
    name: 'RPC: a reset leaves the lock',
    file: users,
    find: 'await tx.loginFailures.removeAllOf(accountDigest(id))',
    replace: '',
  },
  {
    name: 'RPC: revoking counts as a change',
    file: users,
    find: '        return target\n      })\n    },\n\n    /** @throws DomainError `user_not_found`, `self_deletion`',
    replace:
      '        return tx.users.change(id, { updatedAt: now() })\n      })\n    },\n\n    /** @throws DomainError `user_not_found`, `self_deletion`',
  },
  {
    name: 'REST: a manager makes administrators',
    file: users,
    find: 'assertCanGrant(self, change.role)',
    replace: "if (ownRule === 'nothing') assertCanGrant(self, change.role)",
  },
  {
    name: 'REST: a manager changes administrators',
    file: 'src/domain/users/permissions.ts',
    find: 'if (!outranks(target.role, caller.role)) return',
    replace: "if (target.role !== 'super_admin' || caller.role === 'super_admin') return",
  },
  {
    name: 'people delete themselves',
    file: users,
    find: "if (target.id === self.id) throw new DomainError('self_deletion')",
    replace: '',
  },
  {
    name: 'RPC: guests may write unless told otherwise',
    file: rpc,
    find: '        ...(can_write !== undefined && { canWrite: can_write }),\n      } as const',
    replace: '        canWrite: can_write ?? true,\n      } as const',
  },
  {
    name: 'REST: a super administrator is protected with the code of any other',
    file: 'src/http/rest/failures.ts',
    find: "super_admin_protected: answer(409, 'USER_008'",
    replace: "super_admin_protected: answer(403, 'USER_004'",
  },
  {
    name: 'RPC: no UUIDs',
    file: rpc,
    find: 'users.get(requireId(id))',
    replace: "users.get(requireId(id.length === 36 ? '' : id))",
  },
  {
    name: 'REST: no ULIDs in lower case',
    file: rest,
    find: 'users.get(requireId(id))',
    replace: "users.get(requireId(/^[^-]*[a-z]/.test(id) ? '' : id))",
  },
  {
    name: 'REST: whoever logs in is shown as if for the first time',
    file: rest,
    find: 'user: presentUser(tokens.user)',
    replace: 'user: presentUser({ ...tokens.user, lastLoginAt: null })',
  },
  {
    name: 'RPC: no login by email',
    file: rpc,
    find: 'sessions.login(origin, username, password)',
    replace: "sessions.login(origin, username.replace('@', '.'), password)",
  },
  {
    name: 'emails differ by case',
    file: 'src/store/migrations/0001-users.ts',
    find: 'users_email_key on users (lower(email collate "C"))',
    replace: 'users_email_key on users (email)',
  },
  {
    name: 'statistics count deleted users',
    file: 'src/store/users/user-lists.ts',
    find: "        .whereNot('status', 'deleted')\n        .groupBy",
    replace: '        .groupBy',
  },
  {
    name: 'a profile that is sent as it was has changed',
    file: 'src/domain/users/account.ts',
    find: 'if (Object.keys(change).length > 0) user',
    replace: 'if (Object.keys(profile).length > 0) user',
  },
  {
    name: 'a used refresh token is forgiven five seconds too long',
    file: sessions,
    find: 'const graceMs = 10_000',
    replace: 'const graceMs = 15_000',
  },
  {
    name: 'a refresh token whose answer arrived is forgiven for ever',
    file: sessions,
    find: 'presented.step === session.step - 1 && session.confirmedStep < session.step',
    replace: 'presented.step === session.step - 1',
  },
  {
    name: 'RPC: anybody’s refresh token logs out',
    file: sessions,
    find: 'known?.sessionId !== credential.id',
    replace: '!known',
  },
  {
    name: 'access tokens tell the role of yesterday',
    file: sessions,
    find: '      role: user.role,\n',
    replace: "      role: step === 0 ? user.role : 'user',\n",
  },
]
