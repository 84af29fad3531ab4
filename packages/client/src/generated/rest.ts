/* Made by npm run generate; never edited. */
import { face } from '../face.ts'
import type { Call, CallOptions, Janus, List } from '../types.ts'
import type { AuditAction, AuditChange, AuditCredentialKind, GivenStatus, OperationMethod, Role, Status } from './common.ts'

/** The operations of the service in the REST style. */
export interface Rest {
  readonly audit: {
    /**
     * Read the audit trail.
     *
     * Lists the events of the audit trail, all filters together. Whoever may read it reads all of
     * it, also of users above them: nothing in it is secret. An event is shown once it is sealed,
     * within a second or so; none ever appears behind one that was shown.
     *
     * `GET /audit`. Roles: `super_admin`, `admin`. The same in another style:
     * `rpc(janus).audit.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * for await (const audit of rest(janus).audit.list({ actor: '01KH58V2PV6ZAM319FBPT1BFV6' })) console.log(audit)
     */
    list(query?: AuditListQuery, options?: CallOptions): List<AuditEvent, AuditListCode, AuditPage>
  }
  readonly auth: {
    /**
     * Change one's own password.
     *
     * Changes the caller's own password and ends every session of the caller, this one too.
     *
     * `POST /auth/change-password`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`,
     * `guest`. The same in another style: `rpc(janus).auth.updateMe`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_008` (429): Too many failed logins for this account from this network (IPv4 /24, IPv6
     *   /64), for this account from anywhere, or from this network at many accounts.
     * - `AUTH_009` (422): The current password, asked for as a proof, is wrong.
     * - `AUTH_010` (422): The new password is the current one.
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The password is shorter than 8 or longer than 128 characters, no valid
     *   Unicode, a common one, the username, the email, or the name in it. The body is empty or no
     *   JSON in UTF-8. A field or parameter that is required is missing. The body breaks the
     *   contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).auth.changePassword({
     *   currentPassword: 'Password123!',
     *   newPassword: 'NewSecurePassword123#',
     *   confirmPassword: 'NewSecurePassword123#',
     * })
     */
    changePassword(body: PasswordChange, options?: CallOptions): Call<void, AuthChangePasswordCode, PasswordChanged>
    /**
     * Log in.
     *
     * Opens a session. Too many failures for one account from one network: 429. For one account
     * from anywhere, or from one network at many: 429 to networks that never logged in to it.
     *
     * `POST /auth/login`. For everybody. It neither uses nor changes the session of `janus`. The
     * same in another style: `rpc(janus).auth.login`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_008` (429): Too many failed logins for this account from this network (IPv4 /24, IPv6
     *   /64), for this account from anywhere, or from this network at many accounts.
     * - `AUTH_002` (401): There is no such user, the password is wrong, or the user is not active.
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The body is empty or no JSON in UTF-8. A field or parameter that is
     *   required is missing. The body breaks the contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * @example
     * await rest(janus).auth.login({ usernameOrEmail: 'user123', password: 'Password123!' })
     */
    login(body: LoginRequest, options?: CallOptions): Call<Login, AuthLoginCode, LoggedIn>
    /**
     * Log out.
     *
     * Ends the session of the access token. One that has expired will do, for as long after its end
     * as a refresh token lives. A body is not read.
     *
     * `POST /auth/logout`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`.
     * An access token that has expired will do. The same in another style:
     * `rpc(janus).auth.logout`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).auth.logout()
     */
    logout(options?: CallOptions): Call<void, AuthLogoutCode, LoggedOut>
    /**
     * Show one's own account.
     *
     * Shows the caller.
     *
     * `GET /auth/profile`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`.
     * The same in another style: `rpc(janus).auth.me`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).auth.profile()
     */
    profile(options?: CallOptions): Call<UserShown, AuthProfileCode, UserFound>
    /**
     * Change one's own account.
     *
     * Changes the caller's own name or email. Where the service is configured so, a new email asks
     * for `currentPassword`.
     *
     * `PATCH /auth/profile`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`,
     * `guest`. Safe to repeat. The same in another style: `rpc(janus).auth.updateMe`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_007` (409): Somebody who is not deleted has this email, in upper or lower case.
     * - `AUTH_013` (403): The own email would change, and the service is configured to ask for the
     *   current password then.
     * - `AUTH_008` (429): Too many failed logins for this account from this network (IPv4 /24, IPv6
     *   /64), for this account from anywhere, or from this network at many accounts.
     * - `AUTH_009` (422): The current password, asked for as a proof, is wrong.
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The body is empty or no JSON in UTF-8. The body of a change is empty. The
     *   email is no ASCII address with a dot in its domain, or too long. The body breaks the
     *   contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).auth.updateProfile({ fullName: '更新的姓名', email: 'renamed@example.com' })
     */
    updateProfile(body: ProfileChange, options?: CallOptions): Call<UserShown, AuthUpdateProfileCode, UserFound>
    /**
     * Refresh the tokens.
     *
     * Trades a refresh token for a new pair. A token is good once; sent again within ten seconds,
     * or because the answer was lost, it gives the same successor; later it ends the session.
     *
     * `POST /auth/refresh`. For everybody. Safe to repeat. It neither uses nor changes the session
     * of `janus`. The same in another style: `rpc(janus).auth.refresh`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_011` (401): The refresh token was used before.
     * - `AUTH_003` (401): The refresh token is none of ours, its session has ended, or, at a
     *   logout, it is of another session. The refresh token is older than its lifetime, seven days
     *   unless configured otherwise.
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The body is empty or no JSON in UTF-8. A field or parameter that is
     *   required is missing. The body breaks the contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * @example
     * await rest(janus).auth.refresh({
     *   refreshToken: 'lqT8nYcQwF3uVb7sKe0xRg2mZhJd5pAo9iWtC4yNf1E',
     * })
     */
    refresh(body: RefreshRequest, options?: CallOptions): Call<TokenPair, AuthRefreshCode, Refreshed>
  }
  readonly permissions: {
    /**
     * List one's own permissions.
     *
     * Tells what the caller may do by the operations of this style, and to whom. What needs no
     * token everybody may do, and is not listed.
     *
     * `GET /auth/permissions`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`,
     * `guest`. The same in another style: `rpc(janus).permissions.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).permissions.list()
     */
    list(options?: CallOptions): Call<Permission[], PermissionsListCode, PermissionsFound>
  }
  readonly sessions: {
    /**
     * List one's own sessions.
     *
     * Lists the caller's sessions, all of them.
     *
     * `GET /auth/sessions`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`.
     * The same in another style: `rpc(janus).sessions.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).sessions.list()
     */
    list(options?: CallOptions): Call<Session[], SessionsListCode, SessionsFound>
    /**
     * End one's own sessions.
     *
     * Ends all sessions of the caller, the one that asks too unless `except=current`.
     *
     * `DELETE /auth/sessions`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`,
     * `guest`. The same in another style: `rpc(janus).sessions.revoke`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).sessions.endAll()
     */
    endAll(query?: SessionsEndAllQuery, options?: CallOptions): Call<void, SessionsEndAllCode, OwnSessionsRevoked>
    /**
     * End one of one's own sessions.
     *
     * Ends one session of the caller; from then on its tokens are refused. A session that is not
     * there needs no end.
     *
     * `DELETE /auth/sessions/{sessionId}`. Roles: `super_admin`, `admin`, `manager`, `moderator`,
     * `user`, `guest`. The same in another style: `rpc(janus).sessions.revoke`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param sessionId The session; a UUID or a ULID.
     * @example
     * await rest(janus).sessions.end('019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    end(sessionId: string, options?: CallOptions): Call<void, SessionsEndCode, SessionRevoked>
    /**
     * List a user's sessions.
     *
     * Lists the sessions of a user, of nobody above the caller.
     *
     * `GET /users/{id}/sessions`. Roles: `super_admin`, `admin`. The same in another style:
     * `rpc(janus).sessions.listOfUser`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).sessions.listOfUser('019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    listOfUser(id: string, options?: CallOptions): Call<Session[], SessionsListOfUserCode, SessionsFound>
    /**
     * End a user's sessions.
     *
     * Ends every session of a user. Never of oneself.
     *
     * `DELETE /users/{id}/sessions`. Roles: `super_admin`, `admin`. Safe to repeat. The same in
     * another style: `rpc(janus).users.update`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `USER_004` (403): The user is the caller.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).sessions.endAllOfUser('019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    endAllOfUser(id: string, options?: CallOptions): Call<void, SessionsEndAllOfUserCode, SessionsRevoked>
    /**
     * End one of a user's sessions.
     *
     * Ends one session of a user. Never of oneself. A session that is not there needs no end.
     *
     * `DELETE /users/{id}/sessions/{sessionId}`. Roles: `super_admin`, `admin`. Safe to repeat. The
     * same in another style: `rpc(janus).users.update`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `USER_004` (403): The user is the caller.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @param sessionId The session; a UUID or a ULID.
     * @example
     * await rest(janus).sessions.endOfUser('019c4a8d-8adb-37d5-4185-2f5db415bf66', '019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    endOfUser(id: string, sessionId: string, options?: CallOptions): Call<void, SessionsEndOfUserCode, SessionRevoked>
  }
  readonly users: {
    /**
     * List users.
     *
     * Lists users, in any order, a page at a time. Each page has the `nextCursor` of the one after
     * it: a walk along it, with `after`, costs the same however deep, and meets each user exactly
     * once. It is a cursor over a list and no feed of changes: a user who changes behind the cursor
     * is not shown again, and one whose email changes during a walk by `email` may be met twice or
     * not at all. Deleted users are shown for `status=deleted` alone.
     *
     * `GET /users`. Roles: `super_admin`, `admin`, `manager`. The same in another style:
     * `rpc(janus).users.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_009` (400): The page is further than 100 000 users both from the beginning and from
     *   the end of the list.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The role that a list is to be filtered by is none of the six. The query
     *   breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * for await (const user of rest(janus).users.list({ search: 'moon' })) console.log(user)
     */
    list(query?: UsersListQuery, options?: CallOptions): List<User, UsersListCode, UserPage>
    /**
     * Create a user.
     *
     * Makes a user.
     *
     * `POST /users`. Roles: `super_admin`, `admin`, `manager`. The same in another style:
     * `rpc(janus).users.create`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_007` (409): Somebody who is not deleted has this email, in upper or lower case.
     * - `AUTH_006` (409): Somebody who is not deleted has this username, in upper or lower case.
     * - `USER_004` (403): The role that is to be given is above the caller's own.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The password is shorter than 8 or longer than 128 characters, no valid
     *   Unicode, a common one, the username, the email, or the name in it. The body is empty or no
     *   JSON in UTF-8. A field or parameter that is required is missing. The email is no ASCII
     *   address with a dot in its domain, or too long. The role is none of the six. The body breaks
     *   the contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).users.create({
     *   username: 'newuser',
     *   email: 'newuser@example.com',
     *   password: 'Password123!',
     *   fullName: '新用户',
     *   role: 'user',
     *   status: 'active',
     * })
     */
    create(body: UserCreate, options?: CallOptions): Call<User, UsersCreateCode, UserCreated>
    /**
     * Count users.
     *
     * Counts users, never deleted ones.
     *
     * `GET /users/stats`. Roles: `super_admin`, `admin`, `manager`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @example
     * await rest(janus).users.stats()
     */
    stats(options?: CallOptions): Call<Stats, UsersStatsCode, StatsFound>
    /**
     * Get a user.
     *
     * Shows one user, and whether a lock keeps them from logging in somewhere.
     *
     * `GET /users/{id}`. Roles: `super_admin`, `admin`, `manager`. The same in another style:
     * `rpc(janus).users.get`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).users.get('019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    get(id: string, options?: CallOptions): Call<UserShown, UsersGetCode, UserFound>
    /**
     * Update a user.
     *
     * Changes a user. Of oneself only `fullName` and `email`.
     *
     * `PATCH /users/{id}`. Roles: `super_admin`, `admin`, `manager`. Safe to repeat. The same in
     * another style: `rpc(janus).users.update`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTH_007` (409): Somebody who is not deleted has this email, in upper or lower case.
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `AUTH_013` (403): The own email would change, and the service is configured to ask for the
     *   current password then.
     * - `USER_004` (403): The user's role is above the caller's. The role that is to be given is
     *   above the caller's own. The user is the caller, and the role or status would change.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The body is empty or no JSON in UTF-8. The body of a change is empty. The
     *   email is no ASCII address with a dot in its domain, or too long. The role is none of the
     *   six. The body breaks the contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).users.update('019c4a8d-8adb-37d5-4185-2f5db415bf66', {
     *   fullName: '更新的姓名',
     *   role: 'manager',
     *   status: 'active',
     * })
     */
    update(id: string, body: UserChange, options?: CallOptions): Call<User, UsersUpdateCode, UserUpdated>
    /**
     * Delete a user.
     *
     * Deletes a user: every session ends, the username and email are free again at once. Never
     * oneself.
     *
     * `DELETE /users/{id}`. Roles: `super_admin`, `admin`. The same in another style:
     * `rpc(janus).users.destroy`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `USER_007` (409): The user who is to be deleted is the caller.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).users.delete('019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    delete(id: string, options?: CallOptions): Call<void, UsersDeleteCode, UserDeleted>
    /**
     * Reset a password.
     *
     * Sets a user's password and ends every session of theirs. Never one's own, which `POST
     * /auth/change-password` changes.
     *
     * `POST /users/{id}/reset-password`. Roles: `super_admin`, `admin`. Safe to repeat. The same in
     * another style: `rpc(janus).users.update`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `USER_004` (403): The user is the caller.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_011` (415): The media type of the body is missing, or not `application/json`. The
     *   `charset` of the body is neither UTF-8 nor US-ASCII. The body has a `Content-Encoding`.
     * - `SYS_008` (413): The body is larger than the service takes, 100 kB unless configured
     *   otherwise.
     * - `AUTH_001` (400): The password is shorter than 8 or longer than 128 characters, no valid
     *   Unicode, a common one, the username, the email, or the name in it. The body is empty or no
     *   JSON in UTF-8. A field or parameter that is required is missing. The body breaks the
     *   contract in another way.
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).users.resetPassword('019c4a8d-8adb-37d5-4185-2f5db415bf66', {
     *   newPassword: 'NewSecurePassword123#',
     *   mustChange: true,
     * })
     */
    resetPassword(
      id: string,
      body: PasswordReset,
      options?: CallOptions
    ): Call<User, UsersResetPasswordCode, UserPasswordReset>
    /**
     * Unlock a user.
     *
     * Lifts the locks that failed logins have put on a user, everywhere. Never on oneself. That of
     * a network which has failed at many accounts stays.
     *
     * `POST /users/{id}/unlock`. Roles: `super_admin`, `admin`. Safe to repeat. The same in another
     * style: `rpc(janus).users.update`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_001` (404): The id is unknown, malformed, or of a deleted user.
     * - `USER_004` (403): The user is the caller.
     * - `USER_008` (409): The user is a super administrator and the caller is not.
     * - `AUTH_005` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SYS_005` (503): The database is away or too busy, or too many passwords wait to be hashed.
     * - `SYS_012` (500): A fault of the service.
     * - `USER_002` (400): The query breaks the contract.
     * - `AUTH_012` (403): Somebody else has set the caller's password, to be changed at the first
     *   login.
     * - `SYS_007` (429): The caller has used up the requests of this minute (`X-RateLimit-Limit`),
     *   or has more than a hundred requests waiting.
     * - `AUTH_004` (401): The `Authorization` header is not `Bearer` and a token.
     * - `AUTH_003` (401): The request has no `Authorization` header. The access token is expired,
     *   signed by somebody else, or none at all. The session of the access token has ended, or its
     *   user is deleted or no longer active.
     * @param id The user; a UUID or a ULID.
     * @example
     * await rest(janus).users.unlock('019c4a8d-8adb-37d5-4185-2f5db415bf66')
     */
    unlock(id: string, options?: CallOptions): Call<User, UsersUnlockCode, UserUnlocked>
  }
}

/** The REST face of a session; of one session there can be many. */
export const rest = (janus: Janus): Rest =>
  face(janus, 'rest', failure, operations) as unknown as Rest

/** Where the body of a failure has its message, code, reason and problems. */
const failure = 'message details.code details.reason details.errors'

const operations = {
  audit: {
    list: 'GET /audit? q * data pagination.nextCursor',
  },
  auth: {
    changePassword: 'POST /auth/change-password b -',
    login: 'POST /auth/login bp data',
    logout: 'POST /auth/logout x -',
    profile: 'GET /auth/profile - data',
    updateProfile: 'PATCH /auth/profile bi data',
    refresh: 'POST /auth/refresh bip data',
  },
  permissions: {
    list: 'GET /auth/permissions - data',
  },
  sessions: {
    list: 'GET /auth/sessions - data',
    endAll: 'DELETE /auth/sessions? q -',
    end: 'DELETE /auth/sessions/{sessionId} - -',
    listOfUser: 'GET /users/{id}/sessions - data',
    endAllOfUser: 'DELETE /users/{id}/sessions i -',
    endOfUser: 'DELETE /users/{id}/sessions/{sessionId} i -',
  },
  users: {
    list: 'GET /users? q * data pagination.nextCursor',
    create: 'POST /users b data',
    stats: 'GET /users/stats - data',
    get: 'GET /users/{id} - data',
    update: 'PATCH /users/{id} bi data',
    delete: 'DELETE /users/{id} - -',
    resetPassword: 'POST /users/{id}/reset-password bi data',
    unlock: 'POST /users/{id}/unlock i data',
  },
}

export interface AuditPage {
  success: true
  data: AuditEvent[]
  pagination: AuditPagination
}

/** What happened, who did it, to whom, from where and when. No password, hash or token is in it. */
export interface AuditEvent {
  /** The place of an event in the trail: from 1, without a gap. */
  number: number
  /** A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  at: string
  action: AuditAction | (string & {})
  /** A user's key in this style's spelling. */
  actorId: string | null
  credential: AuditCredential
  /** A user's key in this style's spelling. */
  targetId: string | null
  /** A user's key in this style's spelling. */
  sessionId: string | null
  changes: AuditChange[]
  details: AuditDetails | null
  /**
   * Where the login came from: the client's address, or that of the last proxy that is not trusted.
   */
  address: string | null
  /** How the client named itself at the login, cut; it proves nothing. */
  userAgent: string | null
  /** The `X-Request-Id` of the request. */
  requestId: string
}

export interface AuditCredential {
  kind: AuditCredentialKind | (string & {})
  /** A user's key in this style's spelling. */
  id: string | null
}

/** What the action alone does not say. */
export interface AuditDetails {
  /** Whether no other try was let in after it. */
  locked?: boolean
  /** Of a name that nobody has. */
  nameDigest?: string
  /** Whether the password has to be changed. */
  mustChange?: boolean
  /** The session that was kept. */
  exceptSessionId?: string
  /** The id of a signing key, its thumbprint (RFC 7638). */
  kid?: string
  /** The last event that was dropped. */
  dropped?: number
}

/** How to go on. */
export interface AuditPagination {
  /** Users per page. 1 to 100. */
  limit: number
  /** The place of an event in the trail: from 1, without a gap. */
  nextCursor: number | null
}

export interface PasswordChanged {
  success: true
  /** What was done, for people. */
  message: string
}

export interface PasswordChange {
  /** A password as it is tried: any text of this length is answered like a wrong one. */
  currentPassword: string
  /**
   * 8 to 128 characters (code points) of any Unicode, without rules of composition (NIST SP
   * 800-63B-4). Refused as weak: a common password, the username, the email, the part of it before
   * the `@`, each in upper or lower case; lone surrogates.
   */
  newPassword: string
  /** The same as `newPassword`. */
  confirmPassword: string
}

export interface LoggedIn {
  success: true
  data: Login
  /** What was done, for people. */
  message: string
}

export interface Login {
  /**
   * A signed JWT (RFC 9068) for the `Authorization: Bearer` header; see `/.well-known/jwks.json`.
   */
  accessToken: string
  /** An opaque secret, good for one refresh. */
  refreshToken: string
  tokenType: 'Bearer'
  /** Seconds until the access token ends. */
  expiresIn: number
  /** The password has to be changed first: until then nothing else is open. Absent otherwise. */
  mustChange?: true
  user: User
}

export interface User {
  /** A user's key in this style's spelling. */
  id: string
  /** Unique without regard to case, shown as given. */
  username: string
  /** An ASCII address with a dot in its domain; unique without regard to case, shown as given. */
  email: string
  /**
   * Any script; stored trimmed and in NFC. Control characters, lone surrogates and a name of
   * nothing visible are refused. Empty when none was given.
   */
  fullName: string
  role: Role | (string & {})
  status: Status | (string & {})
  /**
   * Absent for a user who never logged in. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z`
   * (RFC 3339).
   */
  lastLoginAt?: string
  /** A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  createdAt: string
  /**
   * The last change of the user; a login is one. A moment in UTC, whole seconds:
   * `2026-02-11T02:37:10Z` (RFC 3339).
   */
  updatedAt: string
}

export interface LoginRequest {
  /** A username or an email, in upper or lower case; blanks around it are no part of it. */
  usernameOrEmail: string
  /** A password as it is tried: any text of this length is answered like a wrong one. */
  password: string
}

export interface LoggedOut {
  success: true
  /** What was done, for people. */
  message: string
}

export interface UserFound {
  success: true
  data: UserShown
}

/** A user as shown alone. */
export interface UserShown {
  /** A user's key in this style's spelling. */
  id: string
  /** Unique without regard to case, shown as given. */
  username: string
  /** An ASCII address with a dot in its domain; unique without regard to case, shown as given. */
  email: string
  /**
   * Any script; stored trimmed and in NFC. Control characters, lone surrogates and a name of
   * nothing visible are refused. Empty when none was given.
   */
  fullName: string
  role: Role | (string & {})
  status: Status | (string & {})
  /**
   * Absent for a user who never logged in. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z`
   * (RFC 3339).
   */
  lastLoginAt?: string
  /** A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  createdAt: string
  /**
   * The last change of the user; a login is one. A moment in UTC, whole seconds:
   * `2026-02-11T02:37:10Z` (RFC 3339).
   */
  updatedAt: string
  /**
   * When the last lock ends that failed logins have put on the user, from any network; absent where
   * there is none. Where it is that of a hundred consecutive failures, the networks that have
   * logged in before are still let in. Not in lists, which would have to look it up for each. A
   * moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339).
   */
  lockedUntil?: string
}

export interface ProfileChange {
  /**
   * Any script; stored trimmed and in NFC. Control characters, lone surrogates and a name of
   * nothing visible are refused. Empty when none was given.
   */
  fullName?: string | undefined
  /**
   * An email that is to be set: at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1) and 63
   * in a label of the domain (RFC 1035, 2.3.4), no two dots in a row.
   */
  email?: string | undefined
  /** With a new email, where that is asked for. */
  currentPassword?: string | undefined
}

export interface Refreshed {
  success: true
  data: TokenPair
}

export interface TokenPair {
  /**
   * A signed JWT (RFC 9068) for the `Authorization: Bearer` header; see `/.well-known/jwks.json`.
   */
  accessToken: string
  /** An opaque secret, good for one refresh. */
  refreshToken: string
  tokenType: 'Bearer'
  /** Seconds until the access token ends. */
  expiresIn: number
}

export interface RefreshRequest {
  /** A refresh token as it is tried: a malformed one is answered like an unknown one. */
  refreshToken: string
}

export interface PermissionsFound {
  success: true
  data: Permission[]
}

/**
 * What the caller may do by an operation, to whom. A field that is not named is refused, or is not
 * there; so is a role.
 */
export interface Permission {
  /** An operation, as this document calls it (`operationId`). */
  operation: string
  method: OperationMethod | (string & {})
  /** The path of an operation, with its placeholders. */
  path: string
  /** Absent where the body has none. */
  action?: string
  targets: (Role | (string & {}))[]
  /** Whether it may be done to oneself. */
  self: boolean
  fields: string[]
  selfFields: string[]
  grants: (Role | (string & {}))[]
}

export interface SessionsFound {
  success: true
  data: Session[]
}

/** A login that has not ended. Nothing of it opens anything: no token is ever shown. */
export interface Session {
  /** A user's key in this style's spelling. */
  id: string
  /** The login. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  createdAt: string
  /**
   * To the minute; a request or a refresh. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z`
   * (RFC 3339).
   */
  lastUsedAt: string
  /**
   * Where the login came from: the client's address, or that of the last proxy that is not trusted.
   */
  address: string | null
  /** How the client named itself at the login, cut; it proves nothing. */
  userAgent: string | null
  /** Whether it is the one that asks. */
  current: boolean
}

export interface OwnSessionsRevoked {
  success: true
  /** What was done, for people. */
  message: string
}

export interface SessionRevoked {
  success: true
  /** What was done, for people. */
  message: string
}

export interface SessionsRevoked {
  success: true
  /** What was done, for people. */
  message: string
}

export interface UserPage {
  success: true
  data: User[]
  pagination: Pagination
}

/** Which page it is, out of how many, and how to go on. */
export interface Pagination {
  /** Absent when the page was asked for with `after`. */
  page?: number
  /** Users per page. 1 to 100. */
  limit: number
  /**
   * Users on all pages. Absent when the page was asked for with `after`: nobody is counted then.
   */
  total?: number
  /**
   * `total` over `limit`, rounded up; 0 when there are none. Absent where `total` is absent, or
   * capped.
   */
  totalPages?: number
  /**
   * The search finds more than the 10 000 that `total` tells: it was counted no further. There are
   * more pages, without a number of them. Absent otherwise.
   */
  totalIsCapped?: true
  /**
   * A place in a list. A `nextCursor` is opaque: what it is made of may change at any time, and is
   * nothing that the page does not show. The id of a user (`AnyId`) is a place too.
   */
  nextCursor: string | null
}

export interface UserCreated {
  success: true
  data: User
  /** What was done, for people. */
  message: string
}

export interface UserCreate {
  /** Unique without regard to case, shown as given. */
  username: string
  /**
   * An email that is to be set: at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1) and 63
   * in a label of the domain (RFC 1035, 2.3.4), no two dots in a row.
   */
  email: string
  /**
   * 8 to 128 characters (code points) of any Unicode, without rules of composition (NIST SP
   * 800-63B-4). Refused as weak: a common password, the username, the email, the part of it before
   * the `@`, each in upper or lower case; lone surrogates.
   */
  password: string
  /**
   * Any script; stored trimmed and in NFC. Control characters, lone surrogates and a name of
   * nothing visible are refused. Empty when none was given.
   *
   * @default ''
   */
  fullName?: string | undefined
  /**
   * At most the caller's own.
   *
   * @default 'user'
   */
  role?: Role | undefined
  /** @default 'active' */
  status?: GivenStatus | undefined
  /**
   * Whether the user has to change this password at the first login.
   *
   * @default false
   */
  mustChange?: boolean | undefined
}

export interface StatsFound {
  success: true
  data: Stats
}

/**
 * Users that are not deleted. `totalUsers = activeUsers + inactiveUsers = adminUsers + managerUsers
 * + regularUsers` = the sum of `byRole`.
 */
export interface Stats {
  /** A number of users. */
  totalUsers: number
  /** A number of users. */
  activeUsers: number
  /** Every status but `active`. */
  inactiveUsers: number
  /** `admin` and `super_admin` together. */
  adminUsers: number
  /** A number of users. */
  managerUsers: number
  /** All other roles. */
  regularUsers: number
  /**
   * Users made in the last 30 days over those that were there before, in percent, one decimal; 0
   * when there were none before.
   */
  userGrowthRate: number
  byRole: RoleCounts
}

export interface RoleCounts {
  /** A number of users. */
  super_admin: number
  /** A number of users. */
  admin: number
  /** A number of users. */
  manager: number
  /** A number of users. */
  moderator: number
  /** A number of users. */
  user: number
  /** A number of users. */
  guest: number
}

export interface UserUpdated {
  success: true
  data: User
  /** What was done, for people. */
  message: string
}

/** Changes what is given, at least one field. */
export interface UserChange {
  /**
   * Any script; stored trimmed and in NFC. Control characters, lone surrogates and a name of
   * nothing visible are refused. Empty when none was given.
   */
  fullName?: string | undefined
  /**
   * An email that is to be set: at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1) and 63
   * in a label of the domain (RFC 1035, 2.3.4), no two dots in a row.
   */
  email?: string | undefined
  /** At most the caller's own; never of oneself. In force at the user's very next request. */
  role?: Role | undefined
  /** Never of oneself. Away from `active` ends every session of the user. */
  status?: GivenStatus | undefined
}

export interface UserDeleted {
  success: true
  /** What was done, for people. */
  message: string
}

export interface UserPasswordReset {
  success: true
  data: User
  /** What was done, for people. */
  message: string
}

/** Sets a password and ends every session of the user. */
export interface PasswordReset {
  /**
   * 8 to 128 characters (code points) of any Unicode, without rules of composition (NIST SP
   * 800-63B-4). Refused as weak: a common password, the username, the email, the part of it before
   * the `@`, each in upper or lower case; lone surrogates.
   */
  newPassword: string
  /**
   * Whether the user has to change this password at the next login.
   *
   * @default false
   */
  mustChange?: boolean | undefined
}

export interface UserUnlocked {
  success: true
  data: User
  /** What was done, for people. */
  message: string
}

/** What `audit.list` can be asked for. */
export interface AuditListQuery {
  /**
   * Events per page. 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined
  /** Those after this number. */
  after?: number | undefined
  /** Those that this user did. */
  actor?: string | undefined
  /** Those that were done to this user. */
  target?: string | undefined
  /** Those of this kind. */
  action?: AuditAction | undefined
  /**
   * Those of this moment or later. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC
   * 3339).
   */
  from?: string | undefined
  /**
   * Those before this moment. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339).
   */
  to?: string | undefined
}

/** What `sessions.endAll` can be asked for. */
export interface SessionsEndAllQuery {
  /** Which one to keep: the one that asks. */
  except?: 'current' | undefined
}

/** What `users.list` can be asked for. */
export interface UsersListQuery {
  /**
   * Which page; one past the end is empty. Pages reach 100 000 users deep, from the beginning or
   * from the end (those of a search whose `total` is capped from the beginning alone); what is
   * deeper is reached with `after`. Together with `after` only 1.
   *
   * @default 1
   */
  page?: number | undefined
  /**
   * Users per page. 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined
  /**
   * Those after this place: the `nextCursor` of a page, with the filters of that page. It keeps the
   * order it was made in; `sortBy` and `sortOrder` may be left out beside it, or say the same. An
   * id will do as well, for a walk by id ascending from there, whether or not there is such a user
   * (the nil UUID starts): then `sortBy` may only be `createdAt`, `sortOrder` `ASC`.
   */
  after?: string | undefined
  /** Those whose username, email or full name has this in it. */
  search?: string | undefined
  /** Those with this role. */
  role?: Role | undefined
  /** Those with this status. */
  status?: Status | undefined
  /**
   * What to sort by; usernames and emails without regard to case.
   *
   * @default 'createdAt'
   */
  sortBy?: 'createdAt' | 'username' | 'email' | undefined
  /**
   * The direction; users that sort alike are in the order of their creation, in the same direction.
   *
   * @default 'DESC'
   */
  sortOrder?: 'ASC' | 'DESC' | undefined
}

/** The codes that `audit.list` can fail with. */
export type AuditListCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'

/** The codes that `auth.changePassword` can fail with. */
export type AuthChangePasswordCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_010'
  | 'AUTH_009'
  | 'AUTH_008'

/** The codes that `auth.login` can fail with. */
export type AuthLoginCode =
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_002'
  | 'AUTH_008'

/** The codes that `auth.logout` can fail with. */
export type AuthLogoutCode = 'AUTH_003' | 'AUTH_004' | 'SYS_007' | 'USER_002' | 'SYS_012' | 'SYS_005'

/** The codes that `permissions.list` can fail with. */
export type PermissionsListCode = 'AUTH_003' | 'AUTH_004' | 'SYS_007' | 'AUTH_012' | 'USER_002' | 'SYS_012' | 'SYS_005'

/** The codes that `auth.profile` can fail with. */
export type AuthProfileCode = 'AUTH_003' | 'AUTH_004' | 'SYS_007' | 'AUTH_012' | 'USER_002' | 'SYS_012' | 'SYS_005'

/** The codes that `auth.updateProfile` can fail with. */
export type AuthUpdateProfileCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_009'
  | 'AUTH_008'
  | 'AUTH_013'
  | 'AUTH_007'

/** The codes that `auth.refresh` can fail with. */
export type AuthRefreshCode =
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_003'
  | 'AUTH_011'
  | 'SYS_007'

/** The codes that `sessions.list` can fail with. */
export type SessionsListCode = 'AUTH_003' | 'AUTH_004' | 'SYS_007' | 'AUTH_012' | 'USER_002' | 'SYS_012' | 'SYS_005'

/** The codes that `sessions.endAll` can fail with. */
export type SessionsEndAllCode = 'AUTH_003' | 'AUTH_004' | 'SYS_007' | 'AUTH_012' | 'USER_002' | 'SYS_012' | 'SYS_005'

/** The codes that `sessions.end` can fail with. */
export type SessionsEndCode = 'AUTH_003' | 'AUTH_004' | 'SYS_007' | 'AUTH_012' | 'USER_002' | 'SYS_012' | 'SYS_005'

/** The codes that `users.list` can fail with. */
export type UsersListCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_009'

/** The codes that `users.create` can fail with. */
export type UsersCreateCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_005'
  | 'USER_004'
  | 'AUTH_006'
  | 'AUTH_007'

/** The codes that `users.stats` can fail with. */
export type UsersStatsCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'

/** The codes that `users.get` can fail with. */
export type UsersGetCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_001'

/** The codes that `users.update` can fail with. */
export type UsersUpdateCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_004'
  | 'AUTH_013'
  | 'USER_001'
  | 'AUTH_007'

/** The codes that `users.delete` can fail with. */
export type UsersDeleteCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_007'
  | 'USER_001'

/** The codes that `users.resetPassword` can fail with. */
export type UsersResetPasswordCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_001'
  | 'SYS_008'
  | 'SYS_011'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_004'
  | 'USER_001'

/** The codes that `sessions.listOfUser` can fail with. */
export type SessionsListOfUserCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_001'

/** The codes that `sessions.endAllOfUser` can fail with. */
export type SessionsEndAllOfUserCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_004'
  | 'USER_001'

/** The codes that `sessions.endOfUser` can fail with. */
export type SessionsEndOfUserCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_004'
  | 'USER_001'

/** The codes that `users.unlock` can fail with. */
export type UsersUnlockCode =
  | 'AUTH_003'
  | 'AUTH_004'
  | 'SYS_007'
  | 'AUTH_012'
  | 'USER_002'
  | 'SYS_012'
  | 'SYS_005'
  | 'AUTH_005'
  | 'USER_008'
  | 'USER_004'
  | 'USER_001'
