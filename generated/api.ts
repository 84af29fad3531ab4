/* Made by npm run generate; never edited. */
export interface paths {
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit trail
         * @description Lists the events of the audit trail, all filters together. Whoever may read it reads all of it, also of users above them: nothing in it is secret. An event is shown once it is sealed, within a second or so; none ever appears behind one that was shown.
         */
        get: operations["Rest.Audit.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit:list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit trail
         * @description Lists the events of the audit trail, all filters together. Whoever may read it reads all of it, also of users above them: nothing in it is secret. An event is shown once it is sealed, within a second or so; none ever appears behind one that was shown.
         */
        get: operations["Rpc.Audit.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Opens a session. Too many failures for one account from one network: 429. For one account from anywhere, or from one network at many: 429 to networks that never logged in to it.
         */
        post: operations["Rpc.Auth.login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends the session of the access token; the refresh token has to be of the same session. An access token that has expired will do, for as long after its end as a refresh token lives.
         */
        post: operations["Rpc.Auth.logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one's own account
         * @description Shows the caller.
         */
        get: operations["Rpc.Auth.me"];
        put?: never;
        /**
         * Change one's own account
         * @description Changes the caller's own email, password, or both. A new password ends every session of the caller, this one too. Where the service is configured so, a new email asks for `old_password`. Who has to change the password first may do that alone.
         */
        post: operations["Rpc.Auth.updateMe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's own permissions
         * @description Tells what the caller may do by the operations of this style, and to whom. What needs no token everybody may do, and is not listed.
         */
        get: operations["Rpc.Permissions.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the tokens
         * @description Trades a refresh token for a new pair. A token is good once; sent again within ten seconds, or because the answer was lost, it gives the same successor; later it ends the session.
         */
        post: operations["Rpc.Auth.refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End one's own sessions
         * @description Ends one session of the caller, all others, or all; from then on their tokens are refused. A session that is not there needs no end.
         */
        post: operations["Rpc.Sessions.revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth:sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's own sessions
         * @description Lists the caller's sessions, all of them.
         */
        get: operations["Rpc.Sessions.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change one's own password
         * @description Changes the caller's own password and ends every session of the caller, this one too.
         */
        post: operations["Rest.Auth.changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Opens a session. Too many failures for one account from one network: 429. For one account from anywhere, or from one network at many: 429 to networks that never logged in to it.
         */
        post: operations["Rest.Auth.login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends the session of the access token. One that has expired will do, for as long after its end as a refresh token lives. A body is not read.
         */
        post: operations["Rest.Auth.logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's own permissions
         * @description Tells what the caller may do by the operations of this style, and to whom. What needs no token everybody may do, and is not listed.
         */
        get: operations["Rest.Permissions.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show one's own account
         * @description Shows the caller.
         */
        get: operations["Rest.Auth.profile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change one's own account
         * @description Changes the caller's own name or email. Where the service is configured so, a new email asks for `currentPassword`.
         */
        patch: operations["Rest.Auth.updateProfile"];
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the tokens
         * @description Trades a refresh token for a new pair. A token is good once; sent again within ten seconds, or because the answer was lost, it gives the same successor; later it ends the session.
         */
        post: operations["Rest.Auth.refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's own sessions
         * @description Lists the caller's sessions, all of them.
         */
        get: operations["Rest.Sessions.list"];
        put?: never;
        post?: never;
        /**
         * End one's own sessions
         * @description Ends all sessions of the caller, the one that asks too unless `except=current`.
         */
        delete: operations["Rest.Sessions.endAll"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of one's own sessions
         * @description Ends one session of the caller; from then on its tokens are refused. A session that is not there needs no end.
         */
        delete: operations["Rest.Sessions.end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Lists users, in any order, a page at a time. Each page has the `nextCursor` of the one after it: a walk along it, with `after`, costs the same however deep, and meets each user exactly once. It is a cursor over a list and no feed of changes: a user who changes behind the cursor is not shown again, and one whose email changes during a walk by `email` may be met twice or not at all. Deleted users are shown for `status=deleted` alone.
         */
        get: operations["Rest.Users.list"];
        put?: never;
        /**
         * Create a user
         * @description Makes a user.
         */
        post: operations["Rest.Users.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users:create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a user
         * @description Makes a user, `active` and with an empty full name.
         */
        post: operations["Rpc.Users.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users:destroy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete a user
         * @description Deletes a user: every session ends, the username and email are free again at once. Never oneself.
         */
        post: operations["Rpc.Users.destroy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users:get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a user
         * @description Shows one user.
         */
        get: operations["Rpc.Users.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users:list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Lists users that are not deleted, by id ascending: a walk along `next_cursor` meets each exactly once. It is a cursor over a list and no feed of changes: a user who changes behind the cursor is not shown again.
         */
        get: operations["Rpc.Users.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users:sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's sessions
         * @description Lists the sessions of a user, of nobody above the caller, and tells until when failed logins lock them out. They are ended with `users:update` (`action: "revoke_session"` or `"revoke_sessions"`), the locks with `action: "unlock"`.
         */
        get: operations["Rpc.Sessions.listOfUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users:update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Update a user, reset a password, revoke sessions, unlock
         * @description Changes fields, or resets the password (`action: "reset_password"`), or ends all sessions (`action: "revoke_sessions"`) or one (`action: "revoke_session"`), or lifts the locks of failed logins (`action: "unlock"`). Never on oneself.
         */
        post: operations["Rpc.Users.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a user
         * @description Shows one user, and whether a lock keeps them from logging in somewhere.
         */
        get: operations["Rest.Users.get"];
        put?: never;
        post?: never;
        /**
         * Delete a user
         * @description Deletes a user: every session ends, the username and email are free again at once. Never oneself.
         */
        delete: operations["Rest.Users.delete"];
        options?: never;
        head?: never;
        /**
         * Update a user
         * @description Changes a user. Of oneself only `fullName` and `email`.
         */
        patch: operations["Rest.Users.update"];
        trace?: never;
    };
    "/users/{id}/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset a password
         * @description Sets a user's password and ends every session of theirs. Never one's own, which `POST /auth/change-password` changes.
         */
        post: operations["Rest.Users.resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's sessions
         * @description Lists the sessions of a user, of nobody above the caller.
         */
        get: operations["Rest.Sessions.listOfUser"];
        put?: never;
        post?: never;
        /**
         * End a user's sessions
         * @description Ends every session of a user. Never of oneself.
         */
        delete: operations["Rest.Sessions.endAllOfUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of a user's sessions
         * @description Ends one session of a user. Never of oneself. A session that is not there needs no end.
         */
        delete: operations["Rest.Sessions.endOfUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock a user
         * @description Lifts the locks that failed logins have put on a user, everywhere. Never on oneself. That of a network which has failed at many accounts stays.
         */
        post: operations["Rest.Users.unlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count users
         * @description Counts users, never deleted ones.
         */
        get: operations["Rest.Users.stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description A signed JWT (RFC 9068) for the `Authorization: Bearer` header; see `/.well-known/jwks.json`.
         * @example eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTljNGE4ZC04YWRiIn0.c2lnbmF0dXJl
         */
        AccessToken: string;
        /**
         * @description A user's key: the same 128 bits (a UUIDv7) as a ULID of 26 characters or as a UUID, in upper or lower case. Both styles take either.
         * @example 01KH58V2PV6ZAM319FBPT1BFV6
         * @example 019c4a8d-8adb-37d5-4185-2f5db415bf66
         */
        AnyId: string;
        /**
         * @description A session's key, a ULID or a UUID. One that names no session, or somebody else's, has nothing to end, and that is no failure (as RFC 7009, 2.2): a request that is repeated is answered alike.
         * @example 019c4a8d-8adb-37d5-4185-2f5db415bf66
         */
        AnySessionId: string;
        /**
         * @description What happened; a `password_reset` is by somebody else, a `login_refused` by a lock.
         * @example user_changed
         * @enum {string}
         */
        AuditAction: "user_created" | "user_changed" | "user_deleted" | "password_changed" | "password_reset" | "session_started" | "session_refreshed" | "session_ended" | "sessions_revoked" | "refresh_token_reused" | "login_failed" | "login_refused" | "login_unlocked" | "wrong_current_password" | "key_rotated" | "key_retired" | "audit_pruned";
        /** @description A field of the user, by its name in the style that asks, before and after. Never a secret. */
        AuditChange: {
            /** @example role */
            field: string;
            /** @description Null where the user was made. */
            from: components["schemas"]["AuditText"] | boolean | null;
            to: components["schemas"]["AuditText"] | boolean | null;
        };
        /**
         * @description `operator` at the machine; `none` as at a login.
         * @example session
         * @enum {string}
         */
        AuditCredentialKind: "session" | "operator" | "none";
        /**
         * @description SHA-256, in hexadecimal.
         * @example e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
         */
        AuditDigest: string;
        /**
         * @description The id of a signing key, its thumbprint (RFC 7638).
         * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
         */
        AuditKeyId: string;
        /**
         * Format: int64
         * @description The place of an event in the trail: from 1, without a gap.
         * @example 1042
         */
        AuditNumber: number;
        /**
         * Format: int64
         * @description A place in the trail; 0 is the beginning.
         * @example 1042
         */
        AuditPlace: number;
        /**
         * @description The `X-Request-Id` of the request.
         * @example 01KH58YJCJSD8NFKCTP2D4VM9C
         */
        AuditRequestId: string;
        /** @example manager */
        AuditText: string;
        /**
         * Format: int32
         * @description A number of users.
         * @example 1250
         */
        Count: number;
        /**
         * Format: email
         * @description An ASCII address with a dot in its domain; unique without regard to case, shown as given.
         * @example moonuser@example.com
         */
        Email: string;
        /**
         * @description Why a request failed: a `reason` of `x-failures`, in both styles the same word, and the same in every language. New ones may come.
         * @example token_invalid
         */
        FailureReason: string;
        /**
         * @description A field of the body or a parameter of the query.
         * @example email
         */
        FieldName: string;
        /**
         * @description Any script; stored trimmed and in NFC. Control characters, lone surrogates and a name of nothing visible are refused. Empty when none was given.
         * @example 用户姓名
         */
        FullName: string;
        /**
         * @description The statuses that a user can be given.
         * @example suspended
         * @enum {string}
         */
        GivenStatus: "active" | "inactive" | "suspended" | "pending" | "banned";
        /**
         * @description What a header may hold of languages (RFC 9110, 12.5.4).
         * @example zh
         */
        LanguageRange: string;
        /**
         * @description A username or an email, in upper or lower case; blanks around it are no part of it.
         * @example moonuser
         */
        LoginName: string;
        /**
         * Format: email
         * @description An email that is to be set: at most 64 characters before the `@` (RFC 5321, 4.5.3.1.1) and 63 in a label of the domain (RFC 1035, 2.3.4), no two dots in a row.
         * @example moonuser@example.com
         */
        NewEmail: string;
        /**
         * Format: password
         * @description 8 to 128 characters (code points) of any Unicode, without rules of composition (NIST SP 800-63B-4). Refused as weak: a common password, the username, the email, the part of it before the `@`, each in upper or lower case; lone surrogates.
         * @example UserPass123#
         */
        NewPassword: string;
        /**
         * @description The `action` of the body by which an operation is told what to do.
         * @example reset_password
         */
        OperationAction: string;
        /**
         * @description The method of an operation.
         * @example GET
         * @enum {string}
         */
        OperationMethod: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
        /**
         * @description An operation, as this document calls it (`operationId`).
         * @example Rest.Users.update
         */
        OperationName: string;
        /**
         * @description The path of an operation, with its placeholders.
         * @example /users/{id}
         */
        OperationPath: string;
        /** @description One breach of the contract. Values are never repeated here: they may be secrets. */
        Problem: {
            /** @description Where it is. */
            field: components["schemas"]["FieldName"];
            /** @description What is wrong and what would be right. */
            message: components["schemas"]["Sentence"];
        };
        /**
         * @description An opaque secret, good for one refresh.
         * @example lqT8nYcQwF3uVb7sKe0xRg2mZhJd5pAo9iWtC4yNf1E
         */
        RefreshToken: string;
        /**
         * @description What a header may hold as a name of a request.
         * @example signup-form:4711
         */
        RequestName: string;
        "Rest.AuditCredential": {
            id: components["schemas"]["Rest.Uuid"] | null;
            kind: components["schemas"]["AuditCredentialKind"];
        };
        /** @description What the action alone does not say. */
        "Rest.AuditDetails": {
            /** @description The last event that was dropped. */
            dropped?: components["schemas"]["AuditNumber"];
            /** @description The session that was kept. */
            exceptSessionId?: components["schemas"]["Rest.Uuid"];
            kid?: components["schemas"]["AuditKeyId"];
            /**
             * @description Whether no other try was let in after it.
             * @example true
             */
            locked?: boolean;
            /**
             * @description Whether the password has to be changed.
             * @example true
             */
            mustChange?: boolean;
            /** @description Of a name that nobody has. */
            nameDigest?: components["schemas"]["AuditDigest"];
        };
        /** @description What happened, who did it, to whom, from where and when. No password, hash or token is in it. */
        "Rest.AuditEvent": {
            action: components["schemas"]["AuditAction"];
            /** @description Who did it; null where nobody was known, and for the operator. */
            actorId: components["schemas"]["Rest.Uuid"] | null;
            /** @description Null for the operator. */
            address: components["schemas"]["SessionAddress"] | null;
            at: components["schemas"]["Timestamp"];
            /** @description Fields of the user; empty where none changed. */
            changes: components["schemas"]["AuditChange"][];
            credential: components["schemas"]["Rest.AuditCredential"];
            /** @description What else there is to say; null where nothing is. */
            details: components["schemas"]["Rest.AuditDetails"] | null;
            number: components["schemas"]["AuditNumber"];
            requestId: components["schemas"]["AuditRequestId"];
            /** @description The session that began, was refreshed or ended. */
            sessionId: components["schemas"]["Rest.Uuid"] | null;
            /** @description To whom it was done; null for a login with a name that nobody has. */
            targetId: components["schemas"]["Rest.Uuid"] | null;
            /** @description Null where the client did not name itself. */
            userAgent: components["schemas"]["SessionUserAgent"] | null;
        };
        "Rest.AuditPage": {
            /** @description By number ascending, which is the order in which they were sealed. */
            data: components["schemas"]["Rest.AuditEvent"][];
            pagination: components["schemas"]["Rest.AuditPagination"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /** @description How to go on. */
        "Rest.AuditPagination": {
            limit: components["schemas"]["Rest.PageSize"];
            /** @description To be sent as `after` for the next page; null when there is nothing more for now: later events come after the last `number`. */
            nextCursor: components["schemas"]["AuditNumber"] | null;
        };
        /** @description A request that breaks the contract: in its body (`AUTH_001`) or in its query (`USER_002`), or a page that is too deep (`USER_009`). */
        "Rest.BadRequestFailure": {
            details: components["schemas"]["Rest.BreachDetails"];
            /**
             * @description The name of the exception.
             * @example BadRequestException
             * @constant
             */
            error: "BadRequestException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 400
             * @constant
             */
            statusCode: 400;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        "Rest.BreachDetails": {
            /**
             * @description For programs: never changes, whatever the language.
             * @example AUTH_001
             * @enum {string}
             */
            code: "AUTH_001" | "USER_002" | "USER_009";
            /** @description Every breach, up to 50. */
            errors: components["schemas"]["Problem"][];
            /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The username or email is taken (`AUTH_006`, `AUTH_007`), or the user is one that this may not be done to: oneself (`USER_007`), a super administrator (`USER_008`). */
        "Rest.ConflictFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example AUTH_006
                 * @enum {string}
                 */
                code: "AUTH_006" | "AUTH_007" | "USER_007" | "USER_008";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example ConflictException
             * @constant
             */
            error: "ConflictException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 409
             * @constant
             */
            statusCode: 409;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /**
         * @description A place in a list. A `nextCursor` is opaque: what it is made of may change at any time, and is nothing that the page does not show. The id of a user (`AnyId`) is a place too.
         * @example 00000000-0000-0000-0000-000000000000
         * @example MSB1c2VybmFtZSBBU0MgMDE5NDFmMjktN2MwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAyIG5ld3VzZXI
         */
        "Rest.Cursor": string;
        /** @description The caller's role may not do this (`AUTH_005`), or not to this user (`USER_004`). */
        "Rest.ForbiddenFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example AUTH_012
                 * @enum {string}
                 */
                code: "AUTH_012" | "AUTH_013" | "AUTH_005" | "USER_004";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example ForbiddenException
             * @constant
             */
            error: "ForbiddenException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 403
             * @constant
             */
            statusCode: 403;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description A fault of the service; the log tells it under the request id. */
        "Rest.InternalFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example SYS_012
                 * @constant
                 */
                code: "SYS_012";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example InternalServerErrorException
             * @constant
             */
            error: "InternalServerErrorException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 500
             * @constant
             */
            statusCode: 500;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        "Rest.LoggedIn": {
            data: components["schemas"]["Rest.Login"];
            /**
             * @description What was done, for people.
             * @example 登录成功
             * @example Logged in
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.LoggedOut": {
            /**
             * @description What was done, for people.
             * @example 登出成功
             * @example Logged out
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.Login": {
            accessToken: components["schemas"]["AccessToken"];
            /**
             * Format: int32
             * @description Seconds until the access token ends.
             * @example 3600
             */
            expiresIn: number;
            /**
             * @description The password has to be changed first: until then nothing else is open. Absent otherwise.
             * @example true
             * @constant
             */
            mustChange?: true;
            refreshToken: components["schemas"]["RefreshToken"];
            /**
             * @example Bearer
             * @constant
             */
            tokenType: "Bearer";
            user: components["schemas"]["Rest.User"];
        };
        "Rest.LoginRequest": {
            password: components["schemas"]["TriedPassword"];
            usernameOrEmail: components["schemas"]["LoginName"];
        };
        /** @description The path exists, the method does not; `Allow` names those that do. */
        "Rest.MethodNotAllowedFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example SYS_010
                 * @constant
                 */
                code: "SYS_010";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example MethodNotAllowedException
             * @constant
             */
            error: "MethodNotAllowedException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 405
             * @constant
             */
            statusCode: 405;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description The path is none of the service's. */
        "Rest.NoSuchPathFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example SYS_009
                 * @constant
                 */
                code: "SYS_009";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example NotFoundException
             * @constant
             */
            error: "NotFoundException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 404
             * @constant
             */
            statusCode: 404;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description No such user: the id is unknown, malformed, or of a deleted user. */
        "Rest.NotFoundFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example USER_001
                 * @constant
                 */
                code: "USER_001";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example NotFoundException
             * @constant
             */
            error: "NotFoundException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 404
             * @constant
             */
            statusCode: 404;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        "Rest.OwnSessionsRevoked": {
            /**
             * @description What was done, for people.
             * @example 其他会话已全部结束
             * @example All other sessions ended
             * @example 会话已全部结束
             * @example All sessions ended
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /**
         * Format: int32
         * @description The first page is 1.
         * @example 1
         */
        "Rest.PageNumber": number;
        /**
         * Format: int32
         * @description Users per page.
         * @example 50
         */
        "Rest.PageSize": number;
        /** @description Which page it is, out of how many, and how to go on. */
        "Rest.Pagination": {
            limit: components["schemas"]["Rest.PageSize"];
            /** @description To be sent as `after` for the next page; null when this is the last one, and only then: a page of a search may have fewer users than were asked for, or none, and go on. */
            nextCursor: components["schemas"]["Rest.Cursor"] | null;
            /** @description Absent when the page was asked for with `after`. */
            page?: components["schemas"]["Rest.PageNumber"];
            /** @description Users on all pages. Absent when the page was asked for with `after`: nobody is counted then. */
            total?: components["schemas"]["Count"];
            /**
             * @description The search finds more than the 10 000 that `total` tells: it was counted no further. There are more pages, without a number of them. Absent otherwise.
             * @example true
             * @constant
             */
            totalIsCapped?: true;
            /** @description `total` over `limit`, rounded up; 0 when there are none. Absent where `total` is absent, or capped. */
            totalPages?: components["schemas"]["Count"];
        };
        "Rest.PasswordChange": {
            /** @description The same as `newPassword`. */
            confirmPassword: components["schemas"]["NewPassword"];
            currentPassword: components["schemas"]["TriedPassword"];
            newPassword: components["schemas"]["NewPassword"];
        };
        "Rest.PasswordChanged": {
            /**
             * @description What was done, for people.
             * @example 密码修改成功
             * @example Password changed
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /** @description Sets a password and ends every session of the user. */
        "Rest.PasswordReset": {
            /**
             * @description Whether the user has to change this password at the next login.
             * @default false
             * @example false
             */
            mustChange?: boolean;
            newPassword: components["schemas"]["NewPassword"];
        };
        /** @description The body is larger than the service takes. */
        "Rest.PayloadTooLargeFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example SYS_008
                 * @constant
                 */
                code: "SYS_008";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example PayloadTooLargeException
             * @constant
             */
            error: "PayloadTooLargeException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 413
             * @constant
             */
            statusCode: 413;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description What the caller may do by an operation, to whom. A field that is not named is refused, or is not there; so is a role. */
        "Rest.Permission": {
            /** @description Absent where the body has none. */
            action?: components["schemas"]["OperationAction"];
            /** @description What may be given to others, or to a new user. */
            fields: components["schemas"]["UserField"][];
            /** @description The roles that may be given. */
            grants: components["schemas"]["Role"][];
            method: components["schemas"]["OperationMethod"];
            operation: components["schemas"]["OperationName"];
            path: components["schemas"]["OperationPath"];
            /**
             * @description Whether it may be done to oneself.
             * @example false
             */
            self: boolean;
            /** @description What may be given to oneself. */
            selfFields: components["schemas"]["UserField"][];
            /** @description The roles of the others to whom it may be done. */
            targets: components["schemas"]["Role"][];
        };
        "Rest.PermissionsFound": {
            /** @description In the order of this document; an operation with actions is there once for each. */
            data: components["schemas"]["Rest.Permission"][];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.ProfileChange": {
            /** @description With a new email, where that is asked for. */
            currentPassword?: components["schemas"]["TriedPassword"];
            email?: components["schemas"]["NewEmail"];
            fullName?: components["schemas"]["FullName"];
        };
        "Rest.Refreshed": {
            data: components["schemas"]["Rest.TokenPair"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.RefreshRequest": {
            refreshToken: components["schemas"]["TriedRefreshToken"];
        };
        "Rest.RoleCounts": {
            admin: components["schemas"]["Count"];
            guest: components["schemas"]["Count"];
            manager: components["schemas"]["Count"];
            moderator: components["schemas"]["Count"];
            super_admin: components["schemas"]["Count"];
            user: components["schemas"]["Count"];
        };
        /** @description A login that has not ended. Nothing of it opens anything: no token is ever shown. */
        "Rest.Session": {
            /** @description Null where it was not noted. */
            address: components["schemas"]["SessionAddress"] | null;
            /** @description The login. */
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description Whether it is the one that asks.
             * @example true
             */
            current: boolean;
            id: components["schemas"]["Rest.Uuid"];
            /** @description To the minute; a request or a refresh. */
            lastUsedAt: components["schemas"]["Timestamp"];
            /** @description Null where it was not noted, or the client gave none. */
            userAgent: components["schemas"]["SessionUserAgent"] | null;
        };
        "Rest.SessionRevoked": {
            /**
             * @description What was done, for people.
             * @example 会话已结束
             * @example Session ended
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.SessionsFound": {
            /** @description All of them, the one used last first. */
            data: components["schemas"]["Rest.Session"][];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.SessionsRevoked": {
            /**
             * @description What was done, for people.
             * @example 会话已全部结束
             * @example All sessions ended
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /** @description Users that are not deleted. `totalUsers = activeUsers + inactiveUsers = adminUsers + managerUsers + regularUsers` = the sum of `byRole`. */
        "Rest.Stats": {
            activeUsers: components["schemas"]["Count"];
            /** @description `admin` and `super_admin` together. */
            adminUsers: components["schemas"]["Count"];
            byRole: components["schemas"]["Rest.RoleCounts"];
            /** @description Every status but `active`. */
            inactiveUsers: components["schemas"]["Count"];
            managerUsers: components["schemas"]["Count"];
            /** @description All other roles. */
            regularUsers: components["schemas"]["Count"];
            totalUsers: components["schemas"]["Count"];
            /**
             * Format: double
             * @description Users made in the last 30 days over those that were there before, in percent, one decimal; 0 when there were none before.
             * @example 3.6
             */
            userGrowthRate: number;
        };
        "Rest.StatsFound": {
            data: components["schemas"]["Rest.Stats"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.TokenPair": {
            accessToken: components["schemas"]["AccessToken"];
            /**
             * Format: int32
             * @description Seconds until the access token ends.
             * @example 3600
             */
            expiresIn: number;
            refreshToken: components["schemas"]["RefreshToken"];
            /**
             * @example Bearer
             * @constant
             */
            tokenType: "Bearer";
        };
        /** @description Too many requests (`SYS_007`) or failed logins (`AUTH_008`): nothing was done. Try again after `Retry-After` seconds. */
        "Rest.TooManyRequestsFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example AUTH_008
                 * @enum {string}
                 */
                code: "AUTH_008" | "SYS_007";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example TooManyRequestsException
             * @constant
             */
            error: "TooManyRequestsException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 429
             * @constant
             */
            statusCode: 429;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description The access token is missing, bad, expired or ended (`AUTH_003`), or the header is malformed (`AUTH_004`); a login (`AUTH_002`) or a refresh (`AUTH_003`, `AUTH_011`) is refused. Refresh where `reason` is `token_invalid`, log in where it is another. */
        "Rest.UnauthorizedFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example AUTH_002
                 * @enum {string}
                 */
                code: "AUTH_002" | "AUTH_003" | "AUTH_004" | "AUTH_011";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example UnauthorizedException
             * @constant
             */
            error: "UnauthorizedException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 401
             * @constant
             */
            statusCode: 401;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description The service is not ready, above all its database: try again after `Retry-After` seconds. */
        "Rest.UnavailableFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example SYS_005
                 * @constant
                 */
                code: "SYS_005";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example ServiceUnavailableException
             * @constant
             */
            error: "ServiceUnavailableException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 503
             * @constant
             */
            statusCode: 503;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description The current password is wrong (`AUTH_009`) or the new one is the same (`AUTH_010`). Never 401: clients answer that with a refresh and another try. */
        "Rest.UnprocessableEntityFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example AUTH_009
                 * @enum {string}
                 */
                code: "AUTH_009" | "AUTH_010";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example UnprocessableEntityException
             * @constant
             */
            error: "UnprocessableEntityException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 422
             * @constant
             */
            statusCode: 422;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        /** @description The body is not sent as `application/json` in UTF-8, without a content coding; `message` tells which. */
        "Rest.UnsupportedMediaTypeFailure": {
            details: {
                /**
                 * @description For programs: never changes, whatever the language.
                 * @example SYS_011
                 * @constant
                 */
                code: "SYS_011";
                /** @description For programs, where a code stands for several reasons: of `AUTH_003` a `token_invalid` asks for a refresh, any other for a login. */
                reason: components["schemas"]["FailureReason"];
            };
            /**
             * @description The name of the exception.
             * @example UnsupportedMediaTypeException
             * @constant
             */
            error: "UnsupportedMediaTypeException";
            /** @description What is wrong, for people. */
            message: components["schemas"]["Sentence"];
            /** @example POST */
            method: string;
            /**
             * @description The path of the request, without its query.
             * @example /users
             */
            path: string;
            /**
             * @example 415
             * @constant
             */
            statusCode: 415;
            /**
             * @example false
             * @constant
             */
            success: false;
            timestamp: components["schemas"]["Timestamp"];
        };
        "Rest.User": {
            createdAt: components["schemas"]["Timestamp"];
            email: components["schemas"]["Email"];
            fullName: components["schemas"]["FullName"];
            id: components["schemas"]["Rest.Uuid"];
            /** @description Absent for a user who never logged in. */
            lastLoginAt?: components["schemas"]["Timestamp"];
            role: components["schemas"]["Role"];
            status: components["schemas"]["Status"];
            /** @description The last change of the user; a login is one. */
            updatedAt: components["schemas"]["Timestamp"];
            username: components["schemas"]["Username"];
        };
        /** @description Changes what is given, at least one field. */
        "Rest.UserChange": {
            email?: components["schemas"]["NewEmail"];
            fullName?: components["schemas"]["FullName"];
            /** @description At most the caller's own; never of oneself. In force at the user's very next request. */
            role?: components["schemas"]["Role"];
            /** @description Never of oneself. Away from `active` ends every session of the user. */
            status?: components["schemas"]["GivenStatus"];
        };
        "Rest.UserCreate": {
            email: components["schemas"]["NewEmail"];
            /** @default  */
            fullName?: components["schemas"]["FullName"];
            /**
             * @description Whether the user has to change this password at the first login.
             * @default false
             * @example false
             */
            mustChange?: boolean;
            password: components["schemas"]["NewPassword"];
            /**
             * @description At most the caller's own.
             * @default user
             */
            role?: components["schemas"]["Role"];
            /** @default active */
            status?: components["schemas"]["GivenStatus"];
            username: components["schemas"]["Username"];
        };
        "Rest.UserCreated": {
            data: components["schemas"]["Rest.User"];
            /**
             * @description What was done, for people.
             * @example 用户创建成功
             * @example User created
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.UserDeleted": {
            /**
             * @description What was done, for people.
             * @example 用户删除成功
             * @example User deleted
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.UserFound": {
            data: components["schemas"]["Rest.UserShown"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /**
         * @description Where the new user can be read: an absolute URL where the service knows its address (`servers`), else a path.
         * @example /users/01941f29-7c00-7000-8000-000000000002
         */
        "Rest.UserLocation": string;
        "Rest.UserPage": {
            data: components["schemas"]["Rest.User"][];
            pagination: components["schemas"]["Rest.Pagination"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.UserPasswordReset": {
            data: components["schemas"]["Rest.User"];
            /**
             * @description What was done, for people.
             * @example 密码重置成功
             * @example Password reset
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /** @description A user as shown alone. */
        "Rest.UserShown": {
            createdAt: components["schemas"]["Timestamp"];
            email: components["schemas"]["Email"];
            fullName: components["schemas"]["FullName"];
            id: components["schemas"]["Rest.Uuid"];
            /** @description Absent for a user who never logged in. */
            lastLoginAt?: components["schemas"]["Timestamp"];
            /** @description When the last lock ends that failed logins have put on the user, from any network; absent where there is none. Where it is that of a hundred consecutive failures, the networks that have logged in before are still let in. Not in lists, which would have to look it up for each. */
            lockedUntil?: components["schemas"]["Timestamp"];
            role: components["schemas"]["Role"];
            status: components["schemas"]["Status"];
            /** @description The last change of the user; a login is one. */
            updatedAt: components["schemas"]["Timestamp"];
            username: components["schemas"]["Username"];
        };
        "Rest.UserUnlocked": {
            data: components["schemas"]["Rest.User"];
            /**
             * @description What was done, for people.
             * @example 用户已解锁
             * @example User unlocked
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        "Rest.UserUpdated": {
            data: components["schemas"]["Rest.User"];
            /**
             * @description What was done, for people.
             * @example 用户更新成功
             * @example User updated
             */
            message: components["schemas"]["Sentence"];
            /**
             * @example true
             * @constant
             */
            success: true;
        };
        /**
         * Format: uuid
         * @description A user's key in this style's spelling.
         * @example 01941f29-7c00-7000-8000-000000000003
         */
        "Rest.Uuid": string;
        /**
         * @description The roles, highest rank first. Nobody grants a role above their own or changes a user above their own.
         * @example user
         * @enum {string}
         */
        Role: "super_admin" | "admin" | "manager" | "moderator" | "user" | "guest";
        /** @description Ends all, the one that asks too. */
        "Rpc.AllRevocation": {
            /**
             * @example true
             * @constant
             */
            all: true;
        };
        "Rpc.AuditCredential": {
            id: components["schemas"]["Rpc.Ulid"] | null;
            kind: components["schemas"]["AuditCredentialKind"];
        };
        /** @description What the action alone does not say. */
        "Rpc.AuditDetails": {
            /** @description The last event that was dropped. */
            dropped?: components["schemas"]["AuditNumber"];
            /** @description The session that was kept. */
            except_session_id?: components["schemas"]["Rpc.Ulid"];
            kid?: components["schemas"]["AuditKeyId"];
            /**
             * @description Whether no other try was let in after it.
             * @example true
             */
            locked?: boolean;
            /**
             * @description Whether the password has to be changed.
             * @example true
             */
            must_change?: boolean;
            /** @description Of a name that nobody has. */
            name_digest?: components["schemas"]["AuditDigest"];
        };
        /** @description What happened, who did it, to whom, from where and when. No password, hash or token is in it. */
        "Rpc.AuditEvent": {
            action: components["schemas"]["AuditAction"];
            /** @description Who did it; null where nobody was known, and for the operator. */
            actor_id: components["schemas"]["Rpc.Ulid"] | null;
            /** @description Null for the operator. */
            address: components["schemas"]["SessionAddress"] | null;
            at: components["schemas"]["Timestamp"];
            /** @description Fields of the user; empty where none changed. */
            changes: components["schemas"]["AuditChange"][];
            credential: components["schemas"]["Rpc.AuditCredential"];
            /** @description What else there is to say; null where nothing is. */
            details: components["schemas"]["Rpc.AuditDetails"] | null;
            number: components["schemas"]["AuditNumber"];
            request_id: components["schemas"]["AuditRequestId"];
            /** @description The session that began, was refreshed or ended. */
            session_id: components["schemas"]["Rpc.Ulid"] | null;
            /** @description To whom it was done; null for a login with a name that nobody has. */
            target_id: components["schemas"]["Rpc.Ulid"] | null;
            /** @description Null where the client did not name itself. */
            user_agent: components["schemas"]["SessionUserAgent"] | null;
        };
        "Rpc.AuditPage": {
            /** @description By number ascending, which is the order in which they were sealed. */
            events: components["schemas"]["Rpc.AuditEvent"][];
            /** @description The limit that was in force. */
            limit: components["schemas"]["Rpc.PageSize"];
            /** @description To be sent as `after` for the next page; null when there is nothing more for now: later events come after the last `number`. */
            next_cursor: components["schemas"]["AuditNumber"] | null;
        };
        /** @description A request that breaks the contract. `error` tells the first breach; `details` lists all of them, up to 50. */
        "Rpc.BadRequestFailure": {
            /**
             * @description The HTTP status.
             * @example 400
             * @constant
             */
            code: 400;
            details?: components["schemas"]["Problem"][];
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example INVALID_JSON
             * @enum {string}
             */
            error_code: "INVALID_JSON" | "MISSING_REQUIRED_FIELD" | "INVALID_EMAIL_FORMAT" | "INVALID_ROLE" | "INVALID_FIELD_VALUE" | "VALIDATION_ERROR" | "WEAK_PASSWORD";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description Somebody else has this username or email. */
        "Rpc.ConflictFailure": {
            /**
             * @description The HTTP status.
             * @example 409
             * @constant
             */
            code: 409;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example USERNAME_EXISTS
             * @enum {string}
             */
            error_code: "USERNAME_EXISTS" | "EMAIL_EXISTS";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The caller is known and may not do this. */
        "Rpc.ForbiddenFailure": {
            /**
             * @description The HTTP status.
             * @example 403
             * @constant
             */
            code: 403;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example PASSWORD_CHANGE_REQUIRED
             * @enum {string}
             */
            error_code: "PASSWORD_CHANGE_REQUIRED" | "OLD_PASSWORD_REQUIRED" | "AUTHZ_ROLE_REQUIRED" | "INSUFFICIENT_PERMISSIONS" | "CANNOT_MODIFY_SELF";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The request line and the headers together are larger than 16 kB. Of no style: answered before the path is known. */
        "Rpc.HeadersTooLargeFailure": {
            /**
             * @description The HTTP status.
             * @example 431
             * @constant
             */
            code: 431;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example HEADERS_TOO_LARGE
             * @constant
             */
            error_code: "HEADERS_TOO_LARGE";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description A fault of the service; the log tells it under the request id. */
        "Rpc.InternalFailure": {
            /**
             * @description The HTTP status.
             * @example 500
             * @constant
             */
            code: 500;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example INTERNAL_ERROR
             * @constant
             */
            error_code: "INTERNAL_ERROR";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The answer of a call that gives back no more than that it was done. */
        "Rpc.LoggedOut": {
            /**
             * @description What was done, for people.
             * @example logged out successfully
             * @example 已成功登出
             */
            message: components["schemas"]["Sentence"];
        };
        "Rpc.LoginRequest": {
            password: components["schemas"]["TriedPassword"];
            username: components["schemas"]["LoginName"];
        };
        /** @description What arrived is no HTTP request. Of no style: answered before the path is known. */
        "Rpc.MalformedRequestFailure": {
            /**
             * @description The HTTP status.
             * @example 400
             * @constant
             */
            code: 400;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example MALFORMED_REQUEST
             * @constant
             */
            error_code: "MALFORMED_REQUEST";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The path exists, the method does not; `Allow` names those that do. */
        "Rpc.MethodNotAllowedFailure": {
            /**
             * @description The HTTP status.
             * @example 405
             * @constant
             */
            code: 405;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example METHOD_NOT_ALLOWED
             * @constant
             */
            error_code: "METHOD_NOT_ALLOWED";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The path is none of the service's. */
        "Rpc.NoSuchPathFailure": {
            /**
             * @description The HTTP status.
             * @example 404
             * @constant
             */
            code: 404;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example NOT_FOUND
             * @constant
             */
            error_code: "NOT_FOUND";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description No such user: the id is unknown, malformed, or of a deleted user. */
        "Rpc.NotFoundFailure": {
            /**
             * @description The HTTP status.
             * @example 404
             * @constant
             */
            code: 404;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example USER_NOT_FOUND
             * @constant
             */
            error_code: "USER_NOT_FOUND";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description Ends this one. */
        "Rpc.OneRevocation": {
            session_id: components["schemas"]["AnySessionId"];
        };
        /** @description Ends one session of the user. */
        "Rpc.OneSessionRevocation": {
            /**
             * @example revoke_session
             * @constant
             */
            action: "revoke_session";
            session_id: components["schemas"]["AnySessionId"];
        };
        /** @description Ends all but the one that asks. */
        "Rpc.OthersRevocation": {
            /**
             * @example true
             * @constant
             */
            others: true;
        };
        /** @description Exactly one of them. */
        "Rpc.OwnRevocation": components["schemas"]["Rpc.OthersRevocation"] | components["schemas"]["Rpc.AllRevocation"] | components["schemas"]["Rpc.OneRevocation"];
        "Rpc.OwnSessionsRevoked": {
            /**
             * @description What was done, for people.
             * @example session revoked successfully
             * @example 会话已撤销
             * @example all other sessions revoked successfully
             * @example 已撤销其他全部会话
             * @example all sessions revoked successfully
             * @example 已撤销全部会话
             */
            message: components["schemas"]["Sentence"];
        };
        /**
         * Format: int32
         * @description Users per page.
         * @example 50
         */
        "Rpc.PageSize": number;
        /** @description Sets a password and ends every session of the user. */
        "Rpc.PasswordReset": {
            /**
             * @example reset_password
             * @constant
             */
            action: "reset_password";
            /**
             * @description Whether the user has to change this password at the next login.
             * @default false
             * @example false
             */
            must_change?: boolean;
            new_password: components["schemas"]["NewPassword"];
        };
        /** @description The body is larger than the service takes. */
        "Rpc.PayloadTooLargeFailure": {
            /**
             * @description The HTTP status.
             * @example 413
             * @constant
             */
            code: 413;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example PAYLOAD_TOO_LARGE
             * @constant
             */
            error_code: "PAYLOAD_TOO_LARGE";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description What the caller may do by an operation, to whom. A field that is not named is refused, or is not there; so is a role. */
        "Rpc.Permission": {
            /** @description Absent where the body has none. */
            action?: components["schemas"]["OperationAction"];
            /** @description What may be given to others, or to a new user. */
            fields: components["schemas"]["UserField"][];
            /** @description The roles that may be given. */
            grants: components["schemas"]["Role"][];
            method: components["schemas"]["OperationMethod"];
            operation: components["schemas"]["OperationName"];
            path: components["schemas"]["OperationPath"];
            /**
             * @description Whether it may be done to oneself.
             * @example false
             */
            self: boolean;
            /** @description What may be given to oneself. */
            self_fields: components["schemas"]["UserField"][];
            /** @description The roles of the others to whom it may be done. */
            targets: components["schemas"]["Role"][];
        };
        "Rpc.PermissionsFound": {
            /** @description In the order of this document; an operation with actions is there once for each. */
            permissions: components["schemas"]["Rpc.Permission"][];
        };
        "Rpc.Profile": {
            user: components["schemas"]["Rpc.UserBrief"];
        };
        /** @description A new email, a new password together with the old one, or both. */
        "Rpc.ProfileChange": {
            email?: components["schemas"]["NewEmail"];
            /** @description The current one: with a new password, and with a new email where that is asked for. */
            old_password?: components["schemas"]["TriedPassword"];
            password?: components["schemas"]["NewPassword"];
        };
        "Rpc.ProfileUpdated": {
            /**
             * @description What was done, for people.
             * @example user updated successfully
             * @example 用户更新成功
             * @example password updated successfully, please login again
             * @example 密码修改成功，请重新登录
             */
            message: components["schemas"]["Sentence"];
            user: components["schemas"]["Rpc.UserBrief"];
        };
        "Rpc.RefreshRequest": {
            refresh_token: components["schemas"]["TriedRefreshToken"];
        };
        /** @description The request took too long to arrive. Of no style: answered before the path is known. */
        "Rpc.RequestTimeoutFailure": {
            /**
             * @description The HTTP status.
             * @example 408
             * @constant
             */
            code: 408;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example REQUEST_TIMEOUT
             * @constant
             */
            error_code: "REQUEST_TIMEOUT";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description A login that has not ended. Nothing of it opens anything: no token is ever shown. */
        "Rpc.Session": {
            /** @description Null where it was not noted. */
            address: components["schemas"]["SessionAddress"] | null;
            /** @description The login. */
            created_at: components["schemas"]["Timestamp"];
            /**
             * @description Whether it is the one that asks.
             * @example true
             */
            current: boolean;
            id: components["schemas"]["Rpc.Ulid"];
            /** @description To the minute; a request or a refresh. */
            last_used_at: components["schemas"]["Timestamp"];
            /** @description Null where it was not noted, or the client gave none. */
            user_agent: components["schemas"]["SessionUserAgent"] | null;
        };
        /** @description Ends every session of the user. */
        "Rpc.SessionRevocation": {
            /**
             * @example revoke_sessions
             * @constant
             */
            action: "revoke_sessions";
        };
        "Rpc.SessionsFound": {
            /** @description All of them, the one used last first. */
            sessions: components["schemas"]["Rpc.Session"][];
        };
        "Rpc.SessionsOfUserFound": {
            /** @description When the last lock ends that failed logins have put on the user, from any network; null where there is none. Where it is that of a hundred consecutive failures, the networks that have logged in before are still let in. */
            locked_until: components["schemas"]["Timestamp"] | null;
            /** @description All of them, the one used last first. */
            sessions: components["schemas"]["Rpc.Session"][];
        };
        "Rpc.Tokens": {
            access_token: components["schemas"]["AccessToken"];
            /** @description When the access token ends. */
            expires_at: components["schemas"]["Timestamp"];
            /**
             * @description The password has to be changed first: until then nothing else is open. Absent otherwise.
             * @example true
             * @constant
             */
            must_change?: true;
            refresh_token: components["schemas"]["RefreshToken"];
            /**
             * @example Bearer
             * @constant
             */
            token_type: "Bearer";
            user: components["schemas"]["Rpc.UserBrief"];
        };
        /** @description Too many requests, or too many failed logins: nothing was done. Try again after `Retry-After` seconds. */
        "Rpc.TooManyRequestsFailure": {
            /**
             * @description The HTTP status.
             * @example 429
             * @constant
             */
            code: 429;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example RATE_LIMIT_EXCEEDED
             * @enum {string}
             */
            error_code: "RATE_LIMIT_EXCEEDED" | "LOGIN_RATE_LIMIT";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /**
         * @description A user's key in this style's spelling.
         * @example 01KH58V2PV6ZAM319FBPT1BFV6
         */
        "Rpc.Ulid": string;
        /** @description The access token is missing, bad, expired or ended: log in or refresh. At a login, a refresh and a change of password: what was shown as proof is not good. */
        "Rpc.UnauthorizedFailure": {
            /**
             * @description The HTTP status.
             * @example 401
             * @constant
             */
            code: 401;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example UNAUTHORIZED
             * @enum {string}
             */
            error_code: "UNAUTHORIZED" | "INVALID_TOKEN" | "TOKEN_REVOKED" | "INVALID_CREDENTIALS" | "INVALID_REFRESH_TOKEN" | "REFRESH_TOKEN_REUSED" | "REFRESH_TOKEN_EXPIRED" | "INVALID_OLD_PASSWORD";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description The service is not ready, above all its database: try again after `Retry-After` seconds. */
        "Rpc.UnavailableFailure": {
            /**
             * @description The HTTP status.
             * @example 503
             * @constant
             */
            code: 503;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example SERVICE_UNAVAILABLE
             * @constant
             */
            error_code: "SERVICE_UNAVAILABLE";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description Lifts the locks that failed logins have put on the user. */
        "Rpc.Unlocking": {
            /**
             * @example unlock
             * @constant
             */
            action: "unlock";
        };
        /** @description The body is not sent as `application/json` in UTF-8, without a content coding; `error` tells which. */
        "Rpc.UnsupportedMediaTypeFailure": {
            /**
             * @description The HTTP status.
             * @example 415
             * @constant
             */
            code: 415;
            /** @description What is wrong and, where that is not plain, what to do. */
            error: components["schemas"]["Sentence"];
            /**
             * @description For programs: never changes, whatever the language.
             * @example UNSUPPORTED_MEDIA_TYPE
             * @constant
             */
            error_code: "UNSUPPORTED_MEDIA_TYPE";
            /** @description For programs of several styles: the same word in all of them, and finer than some codes. */
            reason: components["schemas"]["FailureReason"];
        };
        /** @description Who somebody is and what they may do. */
        "Rpc.UserBrief": {
            /**
             * @description Stored and shown for the services behind this one; no rule here reads it.
             * @example true
             */
            can_write: boolean;
            email: components["schemas"]["Email"];
            id: components["schemas"]["Rpc.Ulid"];
            role: components["schemas"]["Role"];
            username: components["schemas"]["Username"];
        };
        "Rpc.UserCreate": {
            /**
             * @description Left out: true, but false for a `guest`.
             * @example true
             */
            can_write?: boolean;
            email: components["schemas"]["NewEmail"];
            /**
             * @description Whether the user has to change this password at the first login.
             * @default false
             * @example false
             */
            must_change?: boolean;
            password: components["schemas"]["NewPassword"];
            /** @description At most the caller's own. */
            role: components["schemas"]["Role"];
            username: components["schemas"]["Username"];
        };
        "Rpc.UserCreated": {
            /**
             * @description What was done, for people.
             * @example user created successfully
             * @example 用户创建成功
             */
            message: components["schemas"]["Sentence"];
            user: components["schemas"]["Rpc.UserPublic"];
        };
        "Rpc.UserDeleted": {
            /**
             * @description What was done, for people.
             * @example user deleted successfully
             * @example 用户删除成功
             */
            message: components["schemas"]["Sentence"];
        };
        /** @description Changes what is given, at least one field. */
        "Rpc.UserFields": {
            /** @example false */
            can_write?: boolean;
            email?: components["schemas"]["NewEmail"];
            /** @description At most the caller's own. In force at the user's very next request. */
            role?: components["schemas"]["Role"];
        };
        "Rpc.UserFound": {
            user: components["schemas"]["Rpc.UserPublic"];
        };
        /**
         * @description Where the new user can be read: an absolute URL where the service knows its address (`servers`), else a path.
         * @example /users:get?id=01KH58YJCJSD8NFKCTP2D4VM9C
         */
        "Rpc.UserLocation": string;
        "Rpc.UserPage": {
            /** @description The limit that was in force. */
            limit: components["schemas"]["Rpc.PageSize"];
            /** @description To be sent as `after` for the next page; null when this is the last one, and only then: a page of a search may have fewer users than were asked for, or none, and go on. */
            next_cursor: components["schemas"]["Rpc.Ulid"] | null;
            /** @description By id ascending, which is the order of creation. */
            users: components["schemas"]["Rpc.UserPublic"][];
        };
        /** @description A user as administrators see it. */
        "Rpc.UserPublic": {
            /**
             * @description Stored and shown for the services behind this one; no rule here reads it.
             * @example true
             */
            can_write: boolean;
            created_at: components["schemas"]["Timestamp"];
            email: components["schemas"]["Email"];
            id: components["schemas"]["Rpc.Ulid"];
            /** @description Absent for a user who never logged in. */
            last_login_at?: components["schemas"]["Timestamp"];
            role: components["schemas"]["Role"];
            /** @description The last change of the user; a login is one. */
            updated_at: components["schemas"]["Timestamp"];
            username: components["schemas"]["Username"];
        };
        /** @description With an `action`, or the fields that change. */
        "Rpc.UserUpdate": components["schemas"]["Rpc.PasswordReset"] | components["schemas"]["Rpc.SessionRevocation"] | components["schemas"]["Rpc.OneSessionRevocation"] | components["schemas"]["Rpc.Unlocking"] | components["schemas"]["Rpc.UserFields"];
        "Rpc.UserUpdated": {
            /**
             * @description What was done, for people.
             * @example user updated successfully
             * @example 用户更新成功
             * @example password reset successfully
             * @example 密码重置成功
             * @example all sessions revoked successfully
             * @example 已撤销全部会话
             * @example session revoked successfully
             * @example 会话已撤销
             * @example user unlocked successfully
             * @example 用户已解锁
             */
            message: components["schemas"]["Sentence"];
            user: components["schemas"]["Rpc.UserPublic"];
        };
        /**
         * @description Looked for in username, email and full name, without regard to case, in any script; `%`, `_` and `\` stand for themselves. Trimmed, NFC; not of white space alone, in any script.
         * @example moon
         */
        SearchTerm: string;
        /**
         * @description A sentence for people, in the language that `Content-Language` names.
         * @example user not found
         */
        Sentence: string;
        /**
         * @description Where the login came from: the client's address, or that of the last proxy that is not trusted.
         * @example 192.0.2.7
         */
        SessionAddress: string;
        /**
         * @description How the client named itself at the login, cut; it proves nothing.
         * @example Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0
         */
        SessionUserAgent: string;
        /**
         * @description Only `active` users log in or use tokens. `deleted` is set by a deletion, never by an update.
         * @example active
         * @enum {string}
         */
        Status: "active" | "inactive" | "suspended" | "pending" | "banned" | "deleted";
        /**
         * Format: date-time
         * @description A moment in UTC, whole seconds: `2026-02-11T02:37:10Z` (RFC 3339).
         * @example 2026-02-11T02:37:10Z
         */
        Timestamp: string;
        /**
         * Format: password
         * @description A password as it is tried: any text of this length is answered like a wrong one.
         * @example UserPass123#
         */
        TriedPassword: string;
        /**
         * @description A refresh token as it is tried: a malformed one is answered like an unknown one.
         * @example lqT8nYcQwF3uVb7sKe0xRg2mZhJd5pAo9iWtC4yNf1E
         */
        TriedRefreshToken: string;
        /**
         * @description A property of the body that gives a user something.
         * @example email
         */
        UserField: string;
        /**
         * @description Unique without regard to case, shown as given.
         * @example moonuser
         */
        Username: string;
    };
    responses: {
        /** @description A request that breaks the contract: in its body (`AUTH_001`) or in its query (`USER_002`), or a page that is too deep (`USER_009`). */
        "Rest.BadRequest": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.BadRequestFailure"];
            };
        };
        /** @description The username or email is taken (`AUTH_006`, `AUTH_007`), or the user is one that this may not be done to: oneself (`USER_007`), a super administrator (`USER_008`). */
        "Rest.Conflict": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.ConflictFailure"];
            };
        };
        /** @description The caller's role may not do this (`AUTH_005`), or not to this user (`USER_004`). */
        "Rest.Forbidden": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.ForbiddenFailure"];
            };
        };
        /** @description A fault of the service; the log tells it under the request id. */
        "Rest.Internal": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.InternalFailure"];
            };
        };
        /** @description The path exists, the method does not; `Allow` names those that do. */
        "Rest.MethodNotAllowed": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                Allow: components["headers"]["Allow"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.MethodNotAllowedFailure"];
            };
        };
        /** @description The path is none of the service's. */
        "Rest.NoSuchPath": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.NoSuchPathFailure"];
            };
        };
        /** @description No such user: the id is unknown, malformed, or of a deleted user. */
        "Rest.NotFound": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.NotFoundFailure"];
            };
        };
        /** @description The body is larger than the service takes. */
        "Rest.PayloadTooLarge": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.PayloadTooLargeFailure"];
            };
        };
        /** @description Too many requests (`SYS_007`) or failed logins (`AUTH_008`): nothing was done. Try again after `Retry-After` seconds. */
        "Rest.TooManyRequests": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.TooManyRequestsFailure"];
            };
        };
        /** @description The access token is missing, bad, expired or ended (`AUTH_003`), or the header is malformed (`AUTH_004`); a login (`AUTH_002`) or a refresh (`AUTH_003`, `AUTH_011`) is refused. Refresh where `reason` is `token_invalid`, log in where it is another. */
        "Rest.Unauthorized": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.UnauthorizedFailure"];
            };
        };
        /** @description The service is not ready, above all its database: try again after `Retry-After` seconds. */
        "Rest.Unavailable": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.UnavailableFailure"];
            };
        };
        /** @description The current password is wrong (`AUTH_009`) or the new one is the same (`AUTH_010`). Never 401: clients answer that with a refresh and another try. */
        "Rest.UnprocessableEntity": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.UnprocessableEntityFailure"];
            };
        };
        /** @description The body is not sent as `application/json` in UTF-8, without a content coding; `message` tells which. */
        "Rest.UnsupportedMediaType": {
            headers: {
                "Accept-Encoding": components["headers"]["Accept-Encoding"];
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rest.UnsupportedMediaTypeFailure"];
            };
        };
        /** @description A request that breaks the contract. `error` tells the first breach; `details` lists all of them, up to 50. */
        "Rpc.BadRequest": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.BadRequestFailure"];
            };
        };
        /** @description Somebody else has this username or email. */
        "Rpc.Conflict": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.ConflictFailure"];
            };
        };
        /** @description The caller is known and may not do this. */
        "Rpc.Forbidden": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.ForbiddenFailure"];
            };
        };
        /** @description The request line and the headers together are larger than 16 kB. Of no style: answered before the path is known. */
        "Rpc.HeadersTooLarge": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.HeadersTooLargeFailure"];
            };
        };
        /** @description A fault of the service; the log tells it under the request id. */
        "Rpc.Internal": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.InternalFailure"];
            };
        };
        /** @description What arrived is no HTTP request. Of no style: answered before the path is known. */
        "Rpc.MalformedRequest": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.MalformedRequestFailure"];
            };
        };
        /** @description The path exists, the method does not; `Allow` names those that do. */
        "Rpc.MethodNotAllowed": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                Allow: components["headers"]["Allow"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.MethodNotAllowedFailure"];
            };
        };
        /** @description The path is none of the service's. */
        "Rpc.NoSuchPath": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.NoSuchPathFailure"];
            };
        };
        /** @description No such user: the id is unknown, malformed, or of a deleted user. */
        "Rpc.NotFound": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.NotFoundFailure"];
            };
        };
        /** @description The body is larger than the service takes. */
        "Rpc.PayloadTooLarge": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.PayloadTooLargeFailure"];
            };
        };
        /** @description The request took too long to arrive. Of no style: answered before the path is known. */
        "Rpc.RequestTimeout": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.RequestTimeoutFailure"];
            };
        };
        /** @description Too many requests, or too many failed logins: nothing was done. Try again after `Retry-After` seconds. */
        "Rpc.TooManyRequests": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.TooManyRequestsFailure"];
            };
        };
        /** @description The access token is missing, bad, expired or ended: log in or refresh. At a login, a refresh and a change of password: what was shown as proof is not good. */
        "Rpc.Unauthorized": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.UnauthorizedFailure"];
            };
        };
        /** @description The service is not ready, above all its database: try again after `Retry-After` seconds. */
        "Rpc.Unavailable": {
            headers: {
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.UnavailableFailure"];
            };
        };
        /** @description The body is not sent as `application/json` in UTF-8, without a content coding; `error` tells which. */
        "Rpc.UnsupportedMediaType": {
            headers: {
                "Accept-Encoding": components["headers"]["Accept-Encoding"];
                "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                "API-Version": components["headers"]["API-Version"];
                "Cache-Control": components["headers"]["Cache-Control"];
                "Content-Language": components["headers"]["Content-Language"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                Vary: components["headers"]["Vary"];
                "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Rpc.UnsupportedMediaTypeFailure"];
            };
        };
    };
    parameters: {
        /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
        "RequestHeaders.acceptLanguage": components["schemas"]["LanguageRange"];
        /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
        "RequestHeaders.requestId": components["schemas"]["RequestName"];
        /** @description The user; a UUID or a ULID. */
        "Rest.IdPath": components["schemas"]["AnyId"];
        /** @description The session; a UUID or a ULID. */
        "Rest.SessionPath": components["schemas"]["AnySessionId"];
        /** @description The user; a ULID or a UUID. */
        "Rpc.IdQuery": components["schemas"]["AnyId"];
    };
    requestBodies: never;
    headers: {
        /** @description The content codings that a body may have; there where another was refused. */
        "Accept-Encoding": "identity";
        /** @description The caller's origin, where the configuration allows it (CORS). */
        "Access-Control-Allow-Origin": string;
        /** @description What scripts of that origin may read of these headers. */
        "Access-Control-Expose-Headers": string;
        /** @description The methods that the path has. */
        Allow: string;
        /** @description The version of this contract that the service keeps (`info.version`). */
        "API-Version": string;
        /** @description Answers speak of people: they are not to be kept by caches. */
        "Cache-Control": "no-store";
        /** @description The language of the messages. */
        "Content-Language": "en" | "zh";
        /** @description What is left of it: `r` requests, new again in `t` seconds. */
        RateLimit: string;
        /** @description The limit as the standard writes it (draft-ietf-httpapi-ratelimit-headers): `q` requests of each user in `w` seconds, counted by each instance of the service. */
        "RateLimit-Policy": string;
        "Retry-After": number;
        /** @description What the answer depends on besides the path. */
        Vary: "Accept-Language" | "Origin, Accept-Language";
        /** @description `error="invalid_token"` where an access token was sent and is not good. */
        "WWW-Authenticate": string;
        /** @description The body is what its content type says. */
        "X-Content-Type-Options": "nosniff";
        /** @description Requests per minute, of each user, at each instance of the service. */
        "X-RateLimit-Limit": components["schemas"]["Count"];
        /** @description What is left of them. */
        "X-RateLimit-Remaining": components["schemas"]["Count"];
        /** @description When they are new again, in Unix seconds. */
        "X-RateLimit-Reset": number;
        /** @description The request's own name, or one made for it. Quote it when you ask about a failure. */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "Rest.Audit.list": {
        parameters: {
            query?: {
                /** @description Those of this kind. */
                action?: components["schemas"]["AuditAction"];
                /** @description Those that this user did. */
                actor?: components["schemas"]["AnyId"];
                /** @description Those after this number. */
                after?: components["schemas"]["AuditPlace"];
                /** @description Those of this moment or later. */
                from?: components["schemas"]["Timestamp"];
                /** @description Events per page. */
                limit?: components["schemas"]["Rest.PageSize"];
                /** @description Those that were done to this user. */
                target?: components["schemas"]["AnyId"];
                /** @description Those before this moment. */
                to?: components["schemas"]["Timestamp"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.AuditPage"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rpc.Audit.list": {
        parameters: {
            query?: {
                /** @description Those of this kind. */
                action?: components["schemas"]["AuditAction"];
                /** @description Those that this user did. */
                actor?: components["schemas"]["AnyId"];
                /** @description Those after this number. */
                after?: components["schemas"]["AuditPlace"];
                /** @description Those of this moment or later. */
                from?: components["schemas"]["Timestamp"];
                /** @description Events per page. */
                limit?: components["schemas"]["Rpc.PageSize"];
                /** @description Those that were done to this user. */
                target?: components["schemas"]["AnyId"];
                /** @description Those before this moment. */
                to?: components["schemas"]["Timestamp"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.AuditPage"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Auth.login": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.LoginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.Tokens"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Auth.logout": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.RefreshRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.LoggedOut"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Auth.me": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.Profile"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Auth.updateMe": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.ProfileChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.ProfileUpdated"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            409: components["responses"]["Rpc.Conflict"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Permissions.list": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.PermissionsFound"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Auth.refresh": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.RefreshRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.Tokens"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Sessions.revoke": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.OwnRevocation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.OwnSessionsRevoked"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Sessions.list": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.SessionsFound"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rest.Auth.changePassword": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.PasswordChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.PasswordChanged"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            422: components["responses"]["Rest.UnprocessableEntity"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Auth.login": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.LoginRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.LoggedIn"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Auth.logout": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.LoggedOut"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Permissions.list": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.PermissionsFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Auth.profile": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Auth.updateProfile": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.ProfileChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            409: components["responses"]["Rest.Conflict"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            422: components["responses"]["Rest.UnprocessableEntity"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Auth.refresh": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.RefreshRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.Refreshed"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Sessions.list": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.SessionsFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Sessions.endAll": {
        parameters: {
            query?: {
                /** @description Which one to keep: the one that asks. */
                except?: "current";
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.OwnSessionsRevoked"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Sessions.end": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The session; a UUID or a ULID. */
                sessionId: components["parameters"]["Rest.SessionPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.SessionRevoked"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.list": {
        parameters: {
            query?: {
                /** @description Those after this place: the `nextCursor` of a page, with the filters of that page. It keeps the order it was made in; `sortBy` and `sortOrder` may be left out beside it, or say the same. An id will do as well, for a walk by id ascending from there, whether or not there is such a user (the nil UUID starts): then `sortBy` may only be `createdAt`, `sortOrder` `ASC`. */
                after?: components["schemas"]["Rest.Cursor"];
                /** @description Users per page. */
                limit?: components["schemas"]["Rest.PageSize"];
                /** @description Which page; one past the end is empty. Pages reach 100 000 users deep, from the beginning or from the end (those of a search whose `total` is capped from the beginning alone); what is deeper is reached with `after`. Together with `after` only 1. */
                page?: components["schemas"]["Rest.PageNumber"];
                /** @description Those with this role. */
                role?: components["schemas"]["Role"];
                /** @description Those whose username, email or full name has this in it. */
                search?: components["schemas"]["SearchTerm"];
                /** @description What to sort by; usernames and emails without regard to case. */
                sortBy?: "createdAt" | "username" | "email";
                /** @description The direction; users that sort alike are in the order of their creation, in the same direction. */
                sortOrder?: "ASC" | "DESC";
                /** @description Those with this status. */
                status?: components["schemas"]["Status"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserPage"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.create": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.UserCreate"];
            };
        };
        responses: {
            /** @description Done; `Location` is where the new user can be read. */
            201: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    Location: components["schemas"]["Rest.UserLocation"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserCreated"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            409: components["responses"]["Rest.Conflict"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rpc.Users.create": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.UserCreate"];
            };
        };
        responses: {
            /** @description Done; `Location` is where the new user can be read. */
            201: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    Location: components["schemas"]["Rpc.UserLocation"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.UserCreated"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            409: components["responses"]["Rpc.Conflict"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Users.destroy": {
        parameters: {
            query: {
                /** @description The user; a ULID or a UUID. */
                id: components["parameters"]["Rpc.IdQuery"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.UserDeleted"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            404: components["responses"]["Rpc.NotFound"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Users.get": {
        parameters: {
            query: {
                /** @description The user; a ULID or a UUID. */
                id: components["parameters"]["Rpc.IdQuery"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.UserFound"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            404: components["responses"]["Rpc.NotFound"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Users.list": {
        parameters: {
            query?: {
                /** @description Those after this id, whether or not there is such a user: the `next_cursor` of the page before. */
                after?: components["schemas"]["AnyId"];
                /** @description Users per page. */
                limit?: components["schemas"]["Rpc.PageSize"];
                /** @description Those with this role. */
                role?: components["schemas"]["Role"];
                /** @description Those whose username, email or full name has this in it. */
                search?: components["schemas"]["SearchTerm"];
                /** @description Those with this status. */
                status?: components["schemas"]["GivenStatus"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.UserPage"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Sessions.listOfUser": {
        parameters: {
            query: {
                /** @description The user; a ULID or a UUID. */
                id: components["parameters"]["Rpc.IdQuery"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.SessionsOfUserFound"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            404: components["responses"]["Rpc.NotFound"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rpc.Users.update": {
        parameters: {
            query: {
                /** @description The user; a ULID or a UUID. */
                id: components["parameters"]["Rpc.IdQuery"];
            };
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rpc.UserUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rpc.UserUpdated"];
                };
            };
            400: components["responses"]["Rpc.BadRequest"];
            401: components["responses"]["Rpc.Unauthorized"];
            403: components["responses"]["Rpc.Forbidden"];
            404: components["responses"]["Rpc.NotFound"];
            409: components["responses"]["Rpc.Conflict"];
            413: components["responses"]["Rpc.PayloadTooLarge"];
            415: components["responses"]["Rpc.UnsupportedMediaType"];
            429: components["responses"]["Rpc.TooManyRequests"];
            500: components["responses"]["Rpc.Internal"];
            503: components["responses"]["Rpc.Unavailable"];
        };
    };
    "Rest.Users.get": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserDeleted"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.UserChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserUpdated"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.resetPassword": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rest.PasswordReset"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserPasswordReset"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            413: components["responses"]["Rest.PayloadTooLarge"];
            415: components["responses"]["Rest.UnsupportedMediaType"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Sessions.listOfUser": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.SessionsFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Sessions.endAllOfUser": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.SessionsRevoked"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Sessions.endOfUser": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
                /** @description The session; a UUID or a ULID. */
                sessionId: components["parameters"]["Rest.SessionPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.SessionRevoked"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.unlock": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path: {
                /** @description The user; a UUID or a ULID. */
                id: components["parameters"]["Rest.IdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.UserUnlocked"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            404: components["responses"]["Rest.NotFound"];
            409: components["responses"]["Rest.Conflict"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
    "Rest.Users.stats": {
        parameters: {
            query?: never;
            header?: {
                /** @description `zh` or `en`; without either, the style's own: English for RPC, Chinese for REST. Codes never change. */
                "Accept-Language"?: components["parameters"]["RequestHeaders.acceptLanguage"];
                /** @description A name for this request, at most 128 of `A-Z a-z 0-9 . _ : -`; comes back in the answer and stands in the log. Any other is replaced, not refused. */
                "X-Request-Id"?: components["parameters"]["RequestHeaders.requestId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "Access-Control-Allow-Origin": components["headers"]["Access-Control-Allow-Origin"];
                    "Access-Control-Expose-Headers": components["headers"]["Access-Control-Expose-Headers"];
                    "API-Version": components["headers"]["API-Version"];
                    "Cache-Control": components["headers"]["Cache-Control"];
                    "Content-Language": components["headers"]["Content-Language"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    Vary: components["headers"]["Vary"];
                    "X-Content-Type-Options": components["headers"]["X-Content-Type-Options"];
                    "X-RateLimit-Limit": components["headers"]["X-RateLimit-Limit"];
                    "X-RateLimit-Remaining": components["headers"]["X-RateLimit-Remaining"];
                    "X-RateLimit-Reset": components["headers"]["X-RateLimit-Reset"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rest.StatsFound"];
                };
            };
            400: components["responses"]["Rest.BadRequest"];
            401: components["responses"]["Rest.Unauthorized"];
            403: components["responses"]["Rest.Forbidden"];
            429: components["responses"]["Rest.TooManyRequests"];
            500: components["responses"]["Rest.Internal"];
            503: components["responses"]["Rest.Unavailable"];
        };
    };
}
