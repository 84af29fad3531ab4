/* Made by npm run generate; never edited. */
import { face } from '../face.ts'
import type { Call, CallOptions, Janus, List } from '../types.ts'
import type { AuditAction, AuditChange, AuditCredentialKind, GivenStatus, OperationMethod, Role } from './common.ts'

/** The operations of the service in the RPC style. */
export interface Rpc {
  readonly audit: {
    /**
     * Read the audit trail.
     *
     * Lists the events of the audit trail, all filters together. Whoever may read it reads all of
     * it, also of users above them: nothing in it is secret. An event is shown once it is sealed,
     * within a second or so; none ever appears behind one that was shown.
     *
     * `GET /audit:list`. Roles: `super_admin`, `admin`. The same in another style:
     * `rest(janus).audit.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * for await (const audit of rpc(janus).audit.list({ actor: '01KH58V2PV6ZAM319FBPT1BFV6' })) console.log(audit)
     */
    list(query?: AuditListQuery, options?: CallOptions): List<AuditEvent, AuditListCode, AuditPage>
  }
  readonly auth: {
    /**
     * Log in.
     *
     * Opens a session. Too many failures for one account from one network: 429. For one account
     * from anywhere, or from one network at many: 429 to networks that never logged in to it.
     *
     * `POST /auth:login`. For everybody. It neither uses nor changes the session of `janus`. The
     * same in another style: `rest(janus).auth.login`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `LOGIN_RATE_LIMIT` (429): Too many failed logins for this account from this network (IPv4
     *   /24, IPv6 /64), for this account from anywhere, or from this network at many accounts.
     * - `INVALID_CREDENTIALS` (401): There is no such user, the password is wrong, or the user is
     *   not active.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * @example
     * await rpc(janus).auth.login({ username: 'newuser', password: 'UserPass123#' })
     */
    login(body: LoginRequest, options?: CallOptions): Call<Tokens, AuthLoginCode>
    /**
     * Log out.
     *
     * Ends the session of the access token; the refresh token has to be of the same session. An
     * access token that has expired will do, for as long after its end as a refresh token lives.
     *
     * `POST /auth:logout`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`.
     * An access token that has expired will do. The same in another style:
     * `rest(janus).auth.logout`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `INVALID_REFRESH_TOKEN` (401): The refresh token is none of ours, its session has ended,
     *   or, at a logout, it is of another session.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).auth.logout({
     *   refresh_token: 'lqT8nYcQwF3uVb7sKe0xRg2mZhJd5pAo9iWtC4yNf1E',
     * })
     */
    logout(body: RefreshRequest, options?: CallOptions): Call<void, AuthLogoutCode, LoggedOut>
    /**
     * Show one's own account.
     *
     * Shows the caller.
     *
     * `GET /auth:me`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`. The
     * same in another style: `rest(janus).auth.profile`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).auth.me()
     */
    me(options?: CallOptions): Call<UserBrief, AuthMeCode, Profile>
    /**
     * Change one's own account.
     *
     * Changes the caller's own email, password, or both. A new password ends every session of the
     * caller, this one too. Where the service is configured so, a new email asks for
     * `old_password`. Who has to change the password first may do that alone.
     *
     * `POST /auth:me`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`. The
     * same in another style: `rest(janus).auth.changePassword`, `rest(janus).auth.updateProfile`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `EMAIL_EXISTS` (409): Somebody who is not deleted has this email, in upper or lower case.
     * - `OLD_PASSWORD_REQUIRED` (403): The own email would change, and the service is configured to
     *   ask for the current password then.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `LOGIN_RATE_LIMIT` (429): Too many failed logins for this account from this network (IPv4
     *   /24, IPv6 /64), for this account from anywhere, or from this network at many accounts.
     * - `INVALID_OLD_PASSWORD` (401): The current password, asked for as a proof, is wrong.
     * - `WEAK_PASSWORD` (400): The password is shorter than 8 or longer than 128 characters, no
     *   valid Unicode, a common one, the username, the email, or the name in it. The new password
     *   is the current one.
     * - `INVALID_EMAIL_FORMAT` (400): The email is no ASCII address with a dot in its domain, or
     *   too long.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing. The body
     *   of a change is empty.
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).auth.updateMe({ email: 'newemail@example.com' })
     * await rpc(janus).auth.updateMe({
     *   old_password: 'UserPass123#',
     *   password: 'NewSecurePassword123#',
     * })
     */
    updateMe(body: ProfileChange, options?: CallOptions): Call<UserBrief, AuthUpdateMeCode, ProfileUpdated>
    /**
     * Refresh the tokens.
     *
     * Trades a refresh token for a new pair. A token is good once; sent again within ten seconds,
     * or because the answer was lost, it gives the same successor; later it ends the session.
     *
     * `POST /auth:refresh`. For everybody. Safe to repeat. It neither uses nor changes the session
     * of `janus`. The same in another style: `rest(janus).auth.refresh`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `REFRESH_TOKEN_EXPIRED` (401): The refresh token is older than its lifetime, seven days
     *   unless configured otherwise.
     * - `REFRESH_TOKEN_REUSED` (401): The refresh token was used before.
     * - `INVALID_REFRESH_TOKEN` (401): The refresh token is none of ours, its session has ended,
     *   or, at a logout, it is of another session.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * @example
     * await rpc(janus).auth.refresh({
     *   refresh_token: 'lqT8nYcQwF3uVb7sKe0xRg2mZhJd5pAo9iWtC4yNf1E',
     * })
     */
    refresh(body: RefreshRequest, options?: CallOptions): Call<Tokens, AuthRefreshCode>
  }
  readonly permissions: {
    /**
     * List one's own permissions.
     *
     * Tells what the caller may do by the operations of this style, and to whom. What needs no
     * token everybody may do, and is not listed.
     *
     * `GET /auth:permissions`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`,
     * `guest`. The same in another style: `rest(janus).permissions.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).permissions.list()
     */
    list(options?: CallOptions): Call<Permission[], PermissionsListCode, PermissionsFound>
  }
  readonly sessions: {
    /**
     * End one's own sessions.
     *
     * Ends one session of the caller, all others, or all; from then on their tokens are refused. A
     * session that is not there needs no end.
     *
     * `POST /auth:revoke`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`.
     * The same in another style: `rest(janus).sessions.end`, `rest(janus).sessions.endAll`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).sessions.revoke({ others: true })
     */
    revoke(body: OwnRevocation, options?: CallOptions): Call<void, SessionsRevokeCode, OwnSessionsRevoked>
    /**
     * List one's own sessions.
     *
     * Lists the caller's sessions, all of them.
     *
     * `GET /auth:sessions`. Roles: `super_admin`, `admin`, `manager`, `moderator`, `user`, `guest`.
     * The same in another style: `rest(janus).sessions.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).sessions.list()
     */
    list(options?: CallOptions): Call<Session[], SessionsListCode, SessionsFound>
    /**
     * List a user's sessions.
     *
     * Lists the sessions of a user, of nobody above the caller, and tells until when failed logins
     * lock them out. They are ended with `users:update` (`action: "revoke_session"` or
     * `"revoke_sessions"`), the locks with `action: "unlock"`.
     *
     * `GET /users:sessions`. Roles: `super_admin`, `admin`. The same in another style:
     * `rest(janus).sessions.listOfUser`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_NOT_FOUND` (404): The id is unknown, malformed, or of a deleted user.
     * - `INSUFFICIENT_PERMISSIONS` (403): The user is a super administrator and the caller is not.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @param id The user; a ULID or a UUID.
     * @example
     * await rpc(janus).sessions.listOfUser('01KH58V2PV6ZAM319FBPT1BFV6')
     */
    listOfUser(id: string, options?: CallOptions): Call<SessionsOfUserFound, SessionsListOfUserCode>
  }
  readonly users: {
    /**
     * Create a user.
     *
     * Makes a user, `active` and with an empty full name.
     *
     * `POST /users:create`. Roles: `super_admin`, `admin`. The same in another style:
     * `rest(janus).users.create`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `EMAIL_EXISTS` (409): Somebody who is not deleted has this email, in upper or lower case.
     * - `USERNAME_EXISTS` (409): Somebody who is not deleted has this username, in upper or lower
     *   case.
     * - `INSUFFICIENT_PERMISSIONS` (403): The role that is to be given is above the caller's own.
     * - `WEAK_PASSWORD` (400): The password is shorter than 8 or longer than 128 characters, no
     *   valid Unicode, a common one, the username, the email, or the name in it.
     * - `INVALID_ROLE` (400): The role is none of the six.
     * - `INVALID_EMAIL_FORMAT` (400): The email is no ASCII address with a dot in its domain, or
     *   too long.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * await rpc(janus).users.create({
     *   username: 'moonuser',
     *   email: 'moonuser@example.com',
     *   password: 'UserPass123#',
     *   role: 'user',
     * })
     */
    create(body: UserCreate, options?: CallOptions): Call<UserPublic, UsersCreateCode, UserCreated>
    /**
     * Delete a user.
     *
     * Deletes a user: every session ends, the username and email are free again at once. Never
     * oneself.
     *
     * `POST /users:destroy`. Roles: `super_admin`, `admin`. The same in another style:
     * `rest(janus).users.delete`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_NOT_FOUND` (404): The id is unknown, malformed, or of a deleted user.
     * - `CANNOT_MODIFY_SELF` (403): The user who is to be deleted is the caller.
     * - `INSUFFICIENT_PERMISSIONS` (403): The user is a super administrator and the caller is not.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @param id The user; a ULID or a UUID.
     * @example
     * await rpc(janus).users.destroy('01KH58V2PV6ZAM319FBPT1BFV6')
     */
    destroy(id: string, options?: CallOptions): Call<void, UsersDestroyCode, UserDeleted>
    /**
     * Get a user.
     *
     * Shows one user.
     *
     * `GET /users:get`. Roles: `super_admin`, `admin`. The same in another style:
     * `rest(janus).users.get`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `USER_NOT_FOUND` (404): The id is unknown, malformed, or of a deleted user.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing.
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @param id The user; a ULID or a UUID.
     * @example
     * await rpc(janus).users.get('01KH58V2PV6ZAM319FBPT1BFV6')
     */
    get(id: string, options?: CallOptions): Call<UserPublic, UsersGetCode, UserFound>
    /**
     * List users.
     *
     * Lists users that are not deleted, by id ascending: a walk along `next_cursor` meets each
     * exactly once. It is a cursor over a list and no feed of changes: a user who changes behind
     * the cursor is not shown again.
     *
     * `GET /users:list`. Roles: `super_admin`, `admin`. The same in another style:
     * `rest(janus).users.list`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `INVALID_ROLE` (400): The role that a list is to be filtered by is none of the six.
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The query breaks the contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @example
     * for await (const user of rpc(janus).users.list({ role: 'user' })) console.log(user)
     */
    list(query?: UsersListQuery, options?: CallOptions): List<UserPublic, UsersListCode, UserPage>
    /**
     * Update a user, reset a password, revoke sessions, unlock.
     *
     * Changes fields, or resets the password (`action: "reset_password"`), or ends all sessions
     * (`action: "revoke_sessions"`) or one (`action: "revoke_session"`), or lifts the locks of
     * failed logins (`action: "unlock"`). Never on oneself.
     *
     * `POST /users:update`. Roles: `super_admin`, `admin`. Safe to repeat. The same in another
     * style: `rest(janus).sessions.endAllOfUser`, `rest(janus).sessions.endOfUser`,
     * `rest(janus).users.resetPassword`, `rest(janus).users.unlock`, `rest(janus).users.update`.
     *
     * Fails with, as `code` of the `JanusError`:
     * - `EMAIL_EXISTS` (409): Somebody who is not deleted has this email, in upper or lower case.
     * - `USER_NOT_FOUND` (404): The id is unknown, malformed, or of a deleted user.
     * - `CANNOT_MODIFY_SELF` (403): The user is the caller.
     * - `INSUFFICIENT_PERMISSIONS` (403): The user is a super administrator and the caller is not.
     *   The role that is to be given is above the caller's own.
     * - `WEAK_PASSWORD` (400): The password is shorter than 8 or longer than 128 characters, no
     *   valid Unicode, a common one, the username, the email, or the name in it.
     * - `INVALID_FIELD_VALUE` (400): The `action` is none that there is.
     * - `INVALID_ROLE` (400): The role is none of the six.
     * - `INVALID_EMAIL_FORMAT` (400): The email is no ASCII address with a dot in its domain, or
     *   too long.
     * - `MISSING_REQUIRED_FIELD` (400): A field or parameter that is required is missing. The body
     *   of a change is empty.
     * - `AUTHZ_ROLE_REQUIRED` (403): The caller's role is none of those that may call the operation
     *   (`x-roles`).
     * - `UNSUPPORTED_MEDIA_TYPE` (415): The media type of the body is missing, or not
     *   `application/json`. The `charset` of the body is neither UTF-8 nor US-ASCII. The body has a
     *   `Content-Encoding`.
     * - `PAYLOAD_TOO_LARGE` (413): The body is larger than the service takes, 100 kB unless
     *   configured otherwise.
     * - `INVALID_JSON` (400): The body is empty or no JSON in UTF-8.
     * - `SERVICE_UNAVAILABLE` (503): The database is away or too busy, or too many passwords wait
     *   to be hashed.
     * - `INTERNAL_ERROR` (500): A fault of the service.
     * - `VALIDATION_ERROR` (400): The body breaks the contract in another way. The query breaks the
     *   contract.
     * - `PASSWORD_CHANGE_REQUIRED` (403): Somebody else has set the caller's password, to be
     *   changed at the first login.
     * - `RATE_LIMIT_EXCEEDED` (429): The caller has used up the requests of this minute
     *   (`X-RateLimit-Limit`), or has more than a hundred requests waiting.
     * - `TOKEN_REVOKED` (401): The session of the access token has ended, or its user is deleted or
     *   no longer active.
     * - `INVALID_TOKEN` (401): The access token is expired, signed by somebody else, or none at
     *   all.
     * - `UNAUTHORIZED` (401): The request has no `Authorization` header. The `Authorization` header
     *   is not `Bearer` and a token.
     * @param id The user; a ULID or a UUID.
     * @example
     * await rpc(janus).users.update('01KH58V2PV6ZAM319FBPT1BFV6', {
     *   email: 'updateduser@example.com',
     *   role: 'admin',
     * })
     * await rpc(janus).users.update('01KH58V2PV6ZAM319FBPT1BFV6', {
     *   action: 'reset_password',
     *   new_password: 'NewSecurePassword123#',
     * })
     * await rpc(janus).users.update('01KH58V2PV6ZAM319FBPT1BFV6', { action: 'unlock' })
     * await rpc(janus).users.update('01KH58V2PV6ZAM319FBPT1BFV6', {
     *   action: 'revoke_session',
     *   session_id: '01KH58YJCJSD8NFKCTP2D4VM9D',
     * })
     * await rpc(janus).users.update('01KH58V2PV6ZAM319FBPT1BFV6', { action: 'revoke_sessions' })
     */
    update(id: string, body: UserUpdate, options?: CallOptions): Call<UserPublic, UsersUpdateCode, UserUpdated>
  }
}

/** The RPC face of a session; of one session there can be many. */
export const rpc = (janus: Janus): Rpc =>
  face(janus, 'rpc', failure, operations) as unknown as Rpc

/** Where the body of a failure has its message, code, reason and problems. */
const failure = 'error error_code reason details'

const operations = {
  audit: {
    list: 'GET /audit:list? q * events next_cursor',
  },
  auth: {
    login: 'POST /auth:login bp *',
    logout: 'POST /auth:logout bx -',
    me: 'GET /auth:me - user',
    updateMe: 'POST /auth:me b user',
    refresh: 'POST /auth:refresh bip *',
  },
  permissions: {
    list: 'GET /auth:permissions - permissions',
  },
  sessions: {
    revoke: 'POST /auth:revoke b -',
    list: 'GET /auth:sessions - sessions',
    listOfUser: 'GET /users:sessions?id={id} - *',
  },
  users: {
    create: 'POST /users:create b user',
    destroy: 'POST /users:destroy?id={id} - -',
    get: 'GET /users:get?id={id} - user',
    list: 'GET /users:list? q * users next_cursor',
    update: 'POST /users:update?id={id} bi user',
  },
}

export interface AuditPage {
  events: AuditEvent[]
  /** The place of an event in the trail: from 1, without a gap. */
  next_cursor: number | null
  /** The limit that was in force. 1 to 200. */
  limit: number
}

/** What happened, who did it, to whom, from where and when. No password, hash or token is in it. */
export interface AuditEvent {
  /** The place of an event in the trail: from 1, without a gap. */
  number: number
  /** A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  at: string
  action: AuditAction | (string & {})
  /** A user's key in this style's spelling. */
  actor_id: string | null
  credential: AuditCredential
  /** A user's key in this style's spelling. */
  target_id: string | null
  /** A user's key in this style's spelling. */
  session_id: string | null
  changes: AuditChange[]
  details: AuditDetails | null
  /**
   * Where the login came from: the client's address, or that of the last proxy that is not trusted.
   */
  address: string | null
  /** How the client named itself at the login, cut; it proves nothing. */
  user_agent: string | null
  /** The `X-Request-Id` of the request. */
  request_id: string
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
  name_digest?: string
  /** Whether the password has to be changed. */
  must_change?: boolean
  /** The session that was kept. */
  except_session_id?: string
  /** The id of a signing key, its thumbprint (RFC 7638). */
  kid?: string
  /** The last event that was dropped. */
  dropped?: number
}

export interface Tokens {
  /**
   * A signed JWT (RFC 9068) for the `Authorization: Bearer` header; see `/.well-known/jwks.json`.
   */
  access_token: string
  /** An opaque secret, good for one refresh. */
  refresh_token: string
  /**
   * When the access token ends. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339).
   */
  expires_at: string
  token_type: 'Bearer'
  /** The password has to be changed first: until then nothing else is open. Absent otherwise. */
  must_change?: true
  user: UserBrief
}

/** Who somebody is and what they may do. */
export interface UserBrief {
  /** A user's key in this style's spelling. */
  id: string
  /** Unique without regard to case, shown as given. */
  username: string
  /** An ASCII address with a dot in its domain; unique without regard to case, shown as given. */
  email: string
  role: Role | (string & {})
  /** Stored and shown for the services behind this one; no rule here reads it. */
  can_write: boolean
}

export interface LoginRequest {
  /** A username or an email, in upper or lower case; blanks around it are no part of it. */
  username: string
  /** A password as it is tried: any text of this length is answered like a wrong one. */
  password: string
}

/** The answer of a call that gives back no more than that it was done. */
export interface LoggedOut {
  /** What was done, for people. */
  message: string
}

export interface RefreshRequest {
  /** A refresh token as it is tried: a malformed one is answered like an unknown one. */
  refresh_token: string
}

export interface Profile {
  user: UserBrief
}

export interface ProfileUpdated {
  /** What was done, for people. */
  message: string
  user: UserBrief
}

/** A new email, a new password together with the old one, or both. */
export interface ProfileChange {
  /**
   * An email that is to be set: at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1) and 63
   * in a label of the domain (RFC 1035, 2.3.4), no two dots in a row.
   */
  email?: string | undefined
  /** The current one: with a new password, and with a new email where that is asked for. */
  old_password?: string | undefined
  /**
   * 8 to 128 characters (code points) of any Unicode, without rules of composition (NIST SP
   * 800-63B-4). Refused as weak: a common password, the username, the email, the part of it before
   * the `@`, each in upper or lower case; lone surrogates.
   */
  password?: string | undefined
}

export interface PermissionsFound {
  permissions: Permission[]
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
  self_fields: string[]
  grants: (Role | (string & {}))[]
}

export interface OwnSessionsRevoked {
  /** What was done, for people. */
  message: string
}

/** Exactly one of them. */
export type OwnRevocation = OthersRevocation | AllRevocation | OneRevocation

/** Ends all but the one that asks. */
export interface OthersRevocation {
  others: true
}

/** Ends all, the one that asks too. */
export interface AllRevocation {
  all: true
}

/** Ends this one. */
export interface OneRevocation {
  /**
   * A session's key, a ULID or a UUID. One that names no session, or somebody else's, has nothing
   * to end, and that is no failure (as RFC 7009, 2.2): a request that is repeated is answered
   * alike.
   */
  session_id: string
}

export interface SessionsFound {
  sessions: Session[]
}

/** A login that has not ended. Nothing of it opens anything: no token is ever shown. */
export interface Session {
  /** A user's key in this style's spelling. */
  id: string
  /** The login. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  created_at: string
  /**
   * To the minute; a request or a refresh. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z`
   * (RFC 3339).
   */
  last_used_at: string
  /**
   * Where the login came from: the client's address, or that of the last proxy that is not trusted.
   */
  address: string | null
  /** How the client named itself at the login, cut; it proves nothing. */
  user_agent: string | null
  /** Whether it is the one that asks. */
  current: boolean
}

export interface SessionsOfUserFound {
  sessions: Session[]
  /** A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  locked_until: string | null
}

export interface UserCreated {
  /** What was done, for people. */
  message: string
  user: UserPublic
}

/** A user as administrators see it. */
export interface UserPublic {
  /** A user's key in this style's spelling. */
  id: string
  /** Unique without regard to case, shown as given. */
  username: string
  /** An ASCII address with a dot in its domain; unique without regard to case, shown as given. */
  email: string
  role: Role | (string & {})
  /** Stored and shown for the services behind this one; no rule here reads it. */
  can_write: boolean
  /** A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339). */
  created_at: string
  /**
   * The last change of the user; a login is one. A moment in UTC, whole seconds:
   * `2026-02-11T02:37:10Z` (RFC 3339).
   */
  updated_at: string
  /**
   * Absent for a user who never logged in. A moment in UTC, whole seconds: `2026-02-11T02:37:10Z`
   * (RFC 3339).
   */
  last_login_at?: string
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
  /** At most the caller's own. */
  role: Role
  /** Left out: true, but false for a `guest`. */
  can_write?: boolean | undefined
  /**
   * Whether the user has to change this password at the first login.
   *
   * @default false
   */
  must_change?: boolean | undefined
}

export interface UserDeleted {
  /** What was done, for people. */
  message: string
}

export interface UserFound {
  user: UserPublic
}

export interface UserPage {
  users: UserPublic[]
  /** A user's key in this style's spelling. */
  next_cursor: string | null
  /** The limit that was in force. 1 to 200. */
  limit: number
}

export interface UserUpdated {
  /** What was done, for people. */
  message: string
  user: UserPublic
}

/** With an `action`, or the fields that change. */
export type UserUpdate = PasswordReset | SessionRevocation | OneSessionRevocation | Unlocking | UserFields

/** Sets a password and ends every session of the user. */
export interface PasswordReset {
  action: 'reset_password'
  /**
   * 8 to 128 characters (code points) of any Unicode, without rules of composition (NIST SP
   * 800-63B-4). Refused as weak: a common password, the username, the email, the part of it before
   * the `@`, each in upper or lower case; lone surrogates.
   */
  new_password: string
  /**
   * Whether the user has to change this password at the next login.
   *
   * @default false
   */
  must_change?: boolean | undefined
}

/** Ends every session of the user. */
export interface SessionRevocation {
  action: 'revoke_sessions'
}

/** Ends one session of the user. */
export interface OneSessionRevocation {
  action: 'revoke_session'
  /**
   * A session's key, a ULID or a UUID. One that names no session, or somebody else's, has nothing
   * to end, and that is no failure (as RFC 7009, 2.2): a request that is repeated is answered
   * alike.
   */
  session_id: string
}

/** Lifts the locks that failed logins have put on the user. */
export interface Unlocking {
  action: 'unlock'
}

/** Changes what is given, at least one field. */
export interface UserFields {
  /**
   * An email that is to be set: at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1) and 63
   * in a label of the domain (RFC 1035, 2.3.4), no two dots in a row.
   */
  email?: string | undefined
  /** At most the caller's own. In force at the user's very next request. */
  role?: Role | undefined
  can_write?: boolean | undefined
}

/** What `audit.list` can be asked for. */
export interface AuditListQuery {
  /**
   * Events per page. 1 to 200.
   *
   * @default 15
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

/** What `users.list` can be asked for. */
export interface UsersListQuery {
  /**
   * Users per page. 1 to 200.
   *
   * @default 15
   */
  limit?: number | undefined
  /**
   * Those after this id, whether or not there is such a user: the `next_cursor` of the page before.
   */
  after?: string | undefined
  /** Those with this role. */
  role?: Role | undefined
  /** Those with this status. */
  status?: GivenStatus | undefined
  /** Those whose username, email or full name has this in it. */
  search?: string | undefined
}

/** The codes that `audit.list` can fail with. */
export type AuditListCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'AUTHZ_ROLE_REQUIRED'

/** The codes that `auth.login` can fail with. */
export type AuthLoginCode =
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'MISSING_REQUIRED_FIELD'
  | 'INVALID_CREDENTIALS'
  | 'LOGIN_RATE_LIMIT'

/** The codes that `auth.logout` can fail with. */
export type AuthLogoutCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'MISSING_REQUIRED_FIELD'
  | 'INVALID_REFRESH_TOKEN'

/** The codes that `auth.me` can fail with. */
export type AuthMeCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'

/** The codes that `auth.updateMe` can fail with. */
export type AuthUpdateMeCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'MISSING_REQUIRED_FIELD'
  | 'INVALID_EMAIL_FORMAT'
  | 'WEAK_PASSWORD'
  | 'INVALID_OLD_PASSWORD'
  | 'LOGIN_RATE_LIMIT'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'OLD_PASSWORD_REQUIRED'
  | 'EMAIL_EXISTS'

/** The codes that `permissions.list` can fail with. */
export type PermissionsListCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'

/** The codes that `auth.refresh` can fail with. */
export type AuthRefreshCode =
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'MISSING_REQUIRED_FIELD'
  | 'INVALID_REFRESH_TOKEN'
  | 'REFRESH_TOKEN_REUSED'
  | 'REFRESH_TOKEN_EXPIRED'
  | 'RATE_LIMIT_EXCEEDED'

/** The codes that `sessions.revoke` can fail with. */
export type SessionsRevokeCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'MISSING_REQUIRED_FIELD'

/** The codes that `sessions.list` can fail with. */
export type SessionsListCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'

/** The codes that `users.create` can fail with. */
export type UsersCreateCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'AUTHZ_ROLE_REQUIRED'
  | 'MISSING_REQUIRED_FIELD'
  | 'INVALID_EMAIL_FORMAT'
  | 'INVALID_ROLE'
  | 'WEAK_PASSWORD'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'USERNAME_EXISTS'
  | 'EMAIL_EXISTS'

/** The codes that `users.destroy` can fail with. */
export type UsersDestroyCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'AUTHZ_ROLE_REQUIRED'
  | 'MISSING_REQUIRED_FIELD'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'CANNOT_MODIFY_SELF'
  | 'USER_NOT_FOUND'

/** The codes that `users.get` can fail with. */
export type UsersGetCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'AUTHZ_ROLE_REQUIRED'
  | 'MISSING_REQUIRED_FIELD'
  | 'USER_NOT_FOUND'

/** The codes that `users.list` can fail with. */
export type UsersListCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'AUTHZ_ROLE_REQUIRED'
  | 'INVALID_ROLE'

/** The codes that `sessions.listOfUser` can fail with. */
export type SessionsListOfUserCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'AUTHZ_ROLE_REQUIRED'
  | 'MISSING_REQUIRED_FIELD'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'USER_NOT_FOUND'

/** The codes that `users.update` can fail with. */
export type UsersUpdateCode =
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_REVOKED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'PASSWORD_CHANGE_REQUIRED'
  | 'VALIDATION_ERROR'
  | 'INTERNAL_ERROR'
  | 'SERVICE_UNAVAILABLE'
  | 'INVALID_JSON'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'AUTHZ_ROLE_REQUIRED'
  | 'MISSING_REQUIRED_FIELD'
  | 'INVALID_EMAIL_FORMAT'
  | 'INVALID_ROLE'
  | 'INVALID_FIELD_VALUE'
  | 'WEAK_PASSWORD'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'CANNOT_MODIFY_SELF'
  | 'USER_NOT_FOUND'
  | 'EMAIL_EXISTS'
