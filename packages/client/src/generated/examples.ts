/* Made by npm run generate; never edited. */
import type * as Rpc from './rpc.ts'
import type * as Rest from './rest.ts'

/** A success that the document shows. */
export interface ExampleAnswer<Body> {
  readonly status: number
  /** Beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the answer has none. */
  readonly body: Body
}

/** A failure that the document shows. */
export interface ExampleFailure {
  readonly status: number
  readonly code: string
  /** Beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** An operation, with what the document shows of it. */
export interface OperationExamples<Title extends string, Body, Code extends string, Reason extends string> {
  readonly method: string
  /** With `{name}` for what stands in it; without a query. */
  readonly path: string
  /** The successes by their titles. */
  readonly answers: Readonly<Record<Title, ExampleAnswer<Body>>>
  /**
   * The codes of the operation, each with the reasons that it can have; `failures` shows these.
   */
  readonly failures: Readonly<Record<Code, readonly [Reason, ...Reason[]]>>
  /** Of a list. */
  readonly paging?: ExamplePaging
}

/** Where a list has what; names are joined by dots. */
export interface ExamplePaging {
  /** The parameter that takes the cursor. */
  readonly parameter: string
  readonly items: string
  readonly next: string
  /** The parameter that takes the number of a page, where there is one. */
  readonly page?: string
}

/** How a style answers. */
export interface StyleAnswers {
  /** Of every answer, as far as the document shows what they hold. */
  readonly headers: Readonly<Record<string, string>>
  /** Of its failures. */
  readonly mediaType: string
  /** Where the body of a failure repeats the request: names, joined by dots. */
  readonly repeats: { readonly path?: string; readonly method?: string }
}

/** The reasons that the RPC style answers. */
export type RpcReason =
  | 'token_missing'
  | 'token_malformed'
  | 'token_invalid'
  | 'token_revoked'
  | 'role_required'
  | 'super_admin_protected'
  | 'role_above_actor'
  | 'self_change'
  | 'self_deletion'
  | 'user_not_found'
  | 'username_taken'
  | 'email_taken'
  | 'weak_password'
  | 'same_password'
  | 'wrong_current_password'
  | 'current_password_required'
  | 'password_change_required'
  | 'credentials_refused'
  | 'login_locked'
  | 'rate_limited'
  | 'refresh_token_unknown'
  | 'refresh_token_reused'
  | 'refresh_token_expired'
  | 'not_json'
  | 'missing_field'
  | 'nothing_to_update'
  | 'bad_email'
  | 'bad_role'
  | 'bad_role_filter'
  | 'unknown_action'
  | 'invalid_body'
  | 'invalid_query'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unsupported_charset'
  | 'unsupported_coding'
  | 'no_such_path'
  | 'no_such_method'
  | 'malformed_request'
  | 'request_timeout'
  | 'headers_too_large'
  | 'fault'
  | 'unavailable'

/** The reasons that the REST style answers. */
export type RestReason =
  | 'token_missing'
  | 'token_malformed'
  | 'token_invalid'
  | 'token_revoked'
  | 'role_required'
  | 'super_admin_protected'
  | 'target_above_actor'
  | 'role_above_actor'
  | 'self_change'
  | 'self_privilege_change'
  | 'self_deletion'
  | 'user_not_found'
  | 'username_taken'
  | 'email_taken'
  | 'weak_password'
  | 'same_password'
  | 'wrong_current_password'
  | 'current_password_required'
  | 'password_change_required'
  | 'credentials_refused'
  | 'login_locked'
  | 'rate_limited'
  | 'refresh_token_unknown'
  | 'refresh_token_reused'
  | 'refresh_token_expired'
  | 'not_json'
  | 'missing_field'
  | 'nothing_to_update'
  | 'bad_email'
  | 'bad_role'
  | 'bad_role_filter'
  | 'invalid_body'
  | 'page_too_deep'
  | 'invalid_query'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unsupported_charset'
  | 'unsupported_coding'
  | 'no_such_path'
  | 'no_such_method'
  | 'fault'
  | 'unavailable'

/** By style, the operations by group and name, as in its face. */
export interface Examples {
  readonly rpc: {
    readonly audit: {
      readonly list: OperationExamples<'Read The Audit Trail', Rpc.AuditPage, Rpc.AuditListCode, RpcReason>
    }
    readonly auth: {
      readonly login: OperationExamples<'Log In', Rpc.Tokens, Rpc.AuthLoginCode, RpcReason>
      readonly logout: OperationExamples<'Log Out', Rpc.LoggedOut, Rpc.AuthLogoutCode, RpcReason>
      readonly me: OperationExamples<'Show Own Account', Rpc.Profile, Rpc.AuthMeCode, RpcReason>
      readonly updateMe: OperationExamples<
        'Change Own Email' | 'Change Own Password',
        Rpc.ProfileUpdated,
        Rpc.AuthUpdateMeCode,
        RpcReason
      >
      readonly refresh: OperationExamples<'Refresh the Tokens', Rpc.Tokens, Rpc.AuthRefreshCode, RpcReason>
    }
    readonly permissions: {
      readonly list: OperationExamples<'List Own Permissions', Rpc.PermissionsFound, Rpc.PermissionsListCode, RpcReason>
    }
    readonly sessions: {
      readonly revoke: OperationExamples<
        'End Other Sessions',
        Rpc.OwnSessionsRevoked,
        Rpc.SessionsRevokeCode,
        RpcReason
      >
      readonly list: OperationExamples<'List Own Sessions', Rpc.SessionsFound, Rpc.SessionsListCode, RpcReason>
      readonly listOfUser: OperationExamples<
        'List User Sessions',
        Rpc.SessionsOfUserFound,
        Rpc.SessionsListOfUserCode,
        RpcReason
      >
    }
    readonly users: {
      readonly create: OperationExamples<'Create New User', Rpc.UserCreated, Rpc.UsersCreateCode, RpcReason>
      readonly destroy: OperationExamples<'Delete User Account', Rpc.UserDeleted, Rpc.UsersDestroyCode, RpcReason>
      readonly get: OperationExamples<'Get Specific User by ID', Rpc.UserFound, Rpc.UsersGetCode, RpcReason>
      readonly list: OperationExamples<'List All Users', Rpc.UserPage, Rpc.UsersListCode, RpcReason>
      readonly update: OperationExamples<
        'Update User' | 'Reset User Password' | 'Unlock User' | 'Revoke One User Session' | 'Revoke All User Sessions',
        Rpc.UserUpdated,
        Rpc.UsersUpdateCode,
        RpcReason
      >
    }
  }
  readonly rest: {
    readonly audit: {
      readonly list: OperationExamples<'读取审计记录', Rest.AuditPage, Rest.AuditListCode, RestReason>
    }
    readonly auth: {
      readonly changePassword: OperationExamples<'修改密码', Rest.PasswordChanged, Rest.AuthChangePasswordCode, RestReason>
      readonly login: OperationExamples<'登录', Rest.LoggedIn, Rest.AuthLoginCode, RestReason>
      readonly logout: OperationExamples<'登出', Rest.LoggedOut, Rest.AuthLogoutCode, RestReason>
      readonly profile: OperationExamples<'获取个人资料', Rest.UserFound, Rest.AuthProfileCode, RestReason>
      readonly updateProfile: OperationExamples<'更新个人资料', Rest.UserFound, Rest.AuthUpdateProfileCode, RestReason>
      readonly refresh: OperationExamples<'刷新令牌', Rest.Refreshed, Rest.AuthRefreshCode, RestReason>
    }
    readonly permissions: {
      readonly list: OperationExamples<'获取自己的权限', Rest.PermissionsFound, Rest.PermissionsListCode, RestReason>
    }
    readonly sessions: {
      readonly list: OperationExamples<'获取自己的会话', Rest.SessionsFound, Rest.SessionsListCode, RestReason>
      readonly endAll: OperationExamples<'结束自己的其他会话', Rest.OwnSessionsRevoked, Rest.SessionsEndAllCode, RestReason>
      readonly end: OperationExamples<'结束自己的一个会话', Rest.SessionRevoked, Rest.SessionsEndCode, RestReason>
      readonly listOfUser: OperationExamples<'获取用户的会话', Rest.SessionsFound, Rest.SessionsListOfUserCode, RestReason>
      readonly endAllOfUser: OperationExamples<
        '结束用户的全部会话',
        Rest.SessionsRevoked,
        Rest.SessionsEndAllOfUserCode,
        RestReason
      >
      readonly endOfUser: OperationExamples<'结束用户的一个会话', Rest.SessionRevoked, Rest.SessionsEndOfUserCode, RestReason>
    }
    readonly users: {
      readonly list: OperationExamples<'获取用户列表' | '搜索用户' | '按游标获取用户列表', Rest.UserPage, Rest.UsersListCode, RestReason>
      readonly create: OperationExamples<'创建用户', Rest.UserCreated, Rest.UsersCreateCode, RestReason>
      readonly stats: OperationExamples<'获取用户统计', Rest.StatsFound, Rest.UsersStatsCode, RestReason>
      readonly get: OperationExamples<'获取被锁定的用户' | '获取用户详情', Rest.UserFound, Rest.UsersGetCode, RestReason>
      readonly update: OperationExamples<'更新用户', Rest.UserUpdated, Rest.UsersUpdateCode, RestReason>
      readonly delete: OperationExamples<'删除用户', Rest.UserDeleted, Rest.UsersDeleteCode, RestReason>
      readonly resetPassword: OperationExamples<'重置密码', Rest.UserPasswordReset, Rest.UsersResetPasswordCode, RestReason>
      readonly unlock: OperationExamples<'解锁用户', Rest.UserUnlocked, Rest.UsersUnlockCode, RestReason>
    }
  }
}

/** By style, its failures by their reasons. */
export interface Failures {
  readonly rpc: Readonly<Record<RpcReason, ExampleFailure>>
  readonly rest: Readonly<Record<RestReason, ExampleFailure>>
}

export const styles: Readonly<Record<'rpc' | 'rest', StyleAnswers>> = {
  rpc: {
    headers: {
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Content-Language': 'en',
      Vary: 'Accept-Language',
    },
    mediaType: 'application/json',
    repeats: {},
  },
  rest: {
    headers: {
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Content-Language': 'zh',
      Vary: 'Accept-Language',
    },
    mediaType: 'application/json',
    repeats: { path: 'path', method: 'method' },
  },
}

export const examples: Examples = {
  rpc: {
    audit: {
      list: {
        method: 'GET',
        path: '/audit:list',
        answers: {
          'Read The Audit Trail': {
            status: 200,
            headers: {},
            body: {
              events: [
                {
                  number: 2,
                  at: '2026-02-11T02:37:10Z',
                  action: 'user_changed',
                  actor_id: '01KH58V2PV6ZAM319FBPT1BFV5',
                  credential: { kind: 'session', id: '01KH58YJCJSD8NFKCTP2D4VM9D' },
                  target_id: '01KH58V2PV6ZAM319FBPT1BFV6',
                  session_id: null,
                  changes: [{ field: 'role', from: 'user', to: 'manager' }],
                  details: null,
                  address: '127.0.0.1',
                  user_agent: 'example',
                  request_id: '01KH58YJCJSD8NFKCTP2D4VM9C',
                },
              ],
              next_cursor: null,
              limit: 15,
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
        },
        paging: { parameter: 'after', items: 'events', next: 'next_cursor' },
      },
    },
    auth: {
      login: {
        method: 'POST',
        path: '/auth:login',
        answers: {
          'Log In': {
            status: 200,
            headers: {},
            body: {
              access_token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTljNGE4ZC04YWRiIn0.c2lnbmF0dXJl',
              refresh_token: 'Zk4vQm1xUe8Lr2BdWn7HsTy0pGj5Ac9iFo3KqXw6MtY',
              expires_at: '2026-02-11T03:37:10Z',
              token_type: 'Bearer',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'newemail@example.com',
                role: 'user',
                can_write: true,
              },
            },
          },
        },
        failures: {
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          INVALID_CREDENTIALS: ['credentials_refused'],
          LOGIN_RATE_LIMIT: ['login_locked'],
        },
      },
      logout: {
        method: 'POST',
        path: '/auth:logout',
        answers: {
          'Log Out': { status: 200, headers: {}, body: { message: 'logged out successfully' } },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          INVALID_REFRESH_TOKEN: ['refresh_token_unknown'],
        },
      },
      me: {
        method: 'GET',
        path: '/auth:me',
        answers: {
          'Show Own Account': {
            status: 200,
            headers: {},
            body: {
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'newemail@example.com',
                role: 'user',
                can_write: true,
              },
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
        },
      },
      updateMe: {
        method: 'POST',
        path: '/auth:me',
        answers: {
          'Change Own Email': {
            status: 200,
            headers: {},
            body: {
              message: 'user updated successfully',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'newemail@example.com',
                role: 'user',
                can_write: true,
              },
            },
          },
          'Change Own Password': {
            status: 200,
            headers: {},
            body: {
              message: 'password updated successfully, please login again',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'newemail@example.com',
                role: 'user',
                can_write: true,
              },
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          MISSING_REQUIRED_FIELD: ['missing_field', 'nothing_to_update'],
          INVALID_EMAIL_FORMAT: ['bad_email'],
          WEAK_PASSWORD: ['weak_password', 'same_password'],
          INVALID_OLD_PASSWORD: ['wrong_current_password'],
          LOGIN_RATE_LIMIT: ['login_locked'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          OLD_PASSWORD_REQUIRED: ['current_password_required'],
          EMAIL_EXISTS: ['email_taken'],
        },
      },
      refresh: {
        method: 'POST',
        path: '/auth:refresh',
        answers: {
          'Refresh the Tokens': {
            status: 200,
            headers: {},
            body: {
              access_token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTljNGE4ZC04YWRiIn0.c2lnbmF0dXJl',
              refresh_token: 'Zk4vQm1xUe8Lr2BdWn7HsTy0pGj5Ac9iFo3KqXw6MtY',
              expires_at: '2026-02-11T03:37:10Z',
              token_type: 'Bearer',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'newemail@example.com',
                role: 'user',
                can_write: true,
              },
            },
          },
        },
        failures: {
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          INVALID_REFRESH_TOKEN: ['refresh_token_unknown'],
          REFRESH_TOKEN_REUSED: ['refresh_token_reused'],
          REFRESH_TOKEN_EXPIRED: ['refresh_token_expired'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
        },
      },
    },
    permissions: {
      list: {
        method: 'GET',
        path: '/auth:permissions',
        answers: {
          'List Own Permissions': {
            status: 200,
            headers: {},
            body: {
              permissions: [
                {
                  operation: 'Rpc.Auth.logout',
                  method: 'POST',
                  path: '/auth:logout',
                  targets: [],
                  self: true,
                  fields: [],
                  self_fields: [],
                  grants: [],
                },
                {
                  operation: 'Rpc.Auth.me',
                  method: 'GET',
                  path: '/auth:me',
                  targets: [],
                  self: true,
                  fields: [],
                  self_fields: [],
                  grants: [],
                },
                {
                  operation: 'Rpc.Auth.updateMe',
                  method: 'POST',
                  path: '/auth:me',
                  targets: [],
                  self: true,
                  fields: [],
                  self_fields: ['email', 'password'],
                  grants: [],
                },
                {
                  operation: 'Rpc.Permissions.list',
                  method: 'GET',
                  path: '/auth:permissions',
                  targets: [],
                  self: true,
                  fields: [],
                  self_fields: [],
                  grants: [],
                },
                {
                  operation: 'Rpc.Sessions.revoke',
                  method: 'POST',
                  path: '/auth:revoke',
                  targets: [],
                  self: true,
                  fields: [],
                  self_fields: [],
                  grants: [],
                },
                {
                  operation: 'Rpc.Sessions.list',
                  method: 'GET',
                  path: '/auth:sessions',
                  targets: [],
                  self: true,
                  fields: [],
                  self_fields: [],
                  grants: [],
                },
              ],
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
        },
      },
    },
    sessions: {
      revoke: {
        method: 'POST',
        path: '/auth:revoke',
        answers: {
          'End Other Sessions': {
            status: 200,
            headers: {},
            body: { message: 'all other sessions revoked successfully' },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          MISSING_REQUIRED_FIELD: ['missing_field'],
        },
      },
      list: {
        method: 'GET',
        path: '/auth:sessions',
        answers: {
          'List Own Sessions': {
            status: 200,
            headers: {},
            body: {
              sessions: [
                {
                  id: '01KH58YJCJSD8NFKCTP2D4VM9D',
                  created_at: '2026-02-11T02:37:10Z',
                  last_used_at: '2026-02-11T02:37:10Z',
                  address: '127.0.0.1',
                  user_agent: 'example',
                  current: true,
                },
              ],
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
        },
      },
      listOfUser: {
        method: 'GET',
        path: '/users:sessions',
        answers: {
          'List User Sessions': {
            status: 200,
            headers: {},
            body: {
              sessions: [
                {
                  id: '01KH58YJCJSD8NFKCTP2D4VM9D',
                  created_at: '2026-02-11T02:37:10Z',
                  last_used_at: '2026-02-11T02:37:10Z',
                  address: '127.0.0.1',
                  user_agent: 'example',
                  current: false,
                },
              ],
              locked_until: null,
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          INSUFFICIENT_PERMISSIONS: ['super_admin_protected'],
          USER_NOT_FOUND: ['user_not_found'],
        },
      },
    },
    users: {
      create: {
        method: 'POST',
        path: '/users:create',
        answers: {
          'Create New User': {
            status: 201,
            headers: { Location: '/users:get?id=01KH58YJCJSD8NFKCTP2D4VM9C' },
            body: {
              message: 'user created successfully',
              user: {
                id: '01KH58YJCJSD8NFKCTP2D4VM9C',
                username: 'moonuser',
                email: 'moonuser@example.com',
                role: 'user',
                can_write: true,
                created_at: '2026-02-11T02:37:10Z',
                updated_at: '2026-02-11T02:37:10Z',
              },
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          INVALID_EMAIL_FORMAT: ['bad_email'],
          INVALID_ROLE: ['bad_role'],
          WEAK_PASSWORD: ['weak_password'],
          INSUFFICIENT_PERMISSIONS: ['role_above_actor'],
          USERNAME_EXISTS: ['username_taken'],
          EMAIL_EXISTS: ['email_taken'],
        },
      },
      destroy: {
        method: 'POST',
        path: '/users:destroy',
        answers: {
          'Delete User Account': {
            status: 200,
            headers: {},
            body: { message: 'user deleted successfully' },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          INSUFFICIENT_PERMISSIONS: ['super_admin_protected'],
          CANNOT_MODIFY_SELF: ['self_deletion'],
          USER_NOT_FOUND: ['user_not_found'],
        },
      },
      get: {
        method: 'GET',
        path: '/users:get',
        answers: {
          'Get Specific User by ID': {
            status: 200,
            headers: {},
            body: {
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'newemail@example.com',
                role: 'user',
                can_write: true,
                created_at: '2026-02-11T02:35:16Z',
                updated_at: '2026-02-11T02:35:20Z',
                last_login_at: '2026-02-11T02:35:20Z',
              },
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
          MISSING_REQUIRED_FIELD: ['missing_field'],
          USER_NOT_FOUND: ['user_not_found'],
        },
      },
      list: {
        method: 'GET',
        path: '/users:list',
        answers: {
          'List All Users': {
            status: 200,
            headers: {},
            body: {
              users: [
                {
                  id: '01KH37V1PTKQ725F6QFG2BDHC6',
                  username: 'admin',
                  email: 'admin@example.com',
                  role: 'admin',
                  can_write: true,
                  created_at: '2026-02-10T07:39:17Z',
                  updated_at: '2026-02-11T02:37:09Z',
                  last_login_at: '2026-02-11T02:37:09Z',
                },
                {
                  id: '01KH58V2PV6ZAM319FBPT1BFV6',
                  username: 'newuser',
                  email: 'newemail@example.com',
                  role: 'user',
                  can_write: true,
                  created_at: '2026-02-11T02:35:16Z',
                  updated_at: '2026-02-11T02:35:20Z',
                  last_login_at: '2026-02-11T02:35:20Z',
                },
                {
                  id: '01KH58YJCJSD8NFKCTP2D4VM9C',
                  username: 'moonuser',
                  email: 'moonuser@example.com',
                  role: 'user',
                  can_write: true,
                  created_at: '2026-02-11T02:37:10Z',
                  updated_at: '2026-02-11T02:37:10Z',
                },
              ],
              next_cursor: null,
              limit: 15,
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
          INVALID_ROLE: ['bad_role_filter'],
        },
        paging: { parameter: 'after', items: 'users', next: 'next_cursor' },
      },
      update: {
        method: 'POST',
        path: '/users:update',
        answers: {
          'Update User': {
            status: 200,
            headers: {},
            body: {
              message: 'user updated successfully',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'updateduser@example.com',
                role: 'admin',
                can_write: true,
                created_at: '2026-02-11T02:35:16Z',
                updated_at: '2026-02-11T02:37:11Z',
                last_login_at: '2026-02-11T02:35:20Z',
              },
            },
          },
          'Reset User Password': {
            status: 200,
            headers: {},
            body: {
              message: 'password reset successfully',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'updateduser@example.com',
                role: 'admin',
                can_write: true,
                created_at: '2026-02-11T02:35:16Z',
                updated_at: '2026-02-11T02:37:12Z',
                last_login_at: '2026-02-11T02:35:20Z',
              },
            },
          },
          'Unlock User': {
            status: 200,
            headers: {},
            body: {
              message: 'user unlocked successfully',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'updateduser@example.com',
                role: 'admin',
                can_write: true,
                created_at: '2026-02-11T02:35:16Z',
                updated_at: '2026-02-11T02:37:12Z',
                last_login_at: '2026-02-11T02:35:20Z',
              },
            },
          },
          'Revoke One User Session': {
            status: 200,
            headers: {},
            body: {
              message: 'session revoked successfully',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'updateduser@example.com',
                role: 'admin',
                can_write: true,
                created_at: '2026-02-11T02:35:16Z',
                updated_at: '2026-02-11T02:37:12Z',
                last_login_at: '2026-02-11T02:35:20Z',
              },
            },
          },
          'Revoke All User Sessions': {
            status: 200,
            headers: {},
            body: {
              message: 'all sessions revoked successfully',
              user: {
                id: '01KH58V2PV6ZAM319FBPT1BFV6',
                username: 'newuser',
                email: 'updateduser@example.com',
                role: 'admin',
                can_write: true,
                created_at: '2026-02-11T02:35:16Z',
                updated_at: '2026-02-11T02:37:12Z',
                last_login_at: '2026-02-11T02:35:20Z',
              },
            },
          },
        },
        failures: {
          UNAUTHORIZED: ['token_missing', 'token_malformed'],
          INVALID_TOKEN: ['token_invalid'],
          TOKEN_REVOKED: ['token_revoked'],
          RATE_LIMIT_EXCEEDED: ['rate_limited'],
          PASSWORD_CHANGE_REQUIRED: ['password_change_required'],
          VALIDATION_ERROR: ['invalid_body', 'invalid_query'],
          INTERNAL_ERROR: ['fault'],
          SERVICE_UNAVAILABLE: ['unavailable'],
          INVALID_JSON: ['not_json'],
          PAYLOAD_TOO_LARGE: ['body_too_large'],
          UNSUPPORTED_MEDIA_TYPE: [
            'unsupported_media_type',
            'unsupported_charset',
            'unsupported_coding',
          ],
          AUTHZ_ROLE_REQUIRED: ['role_required'],
          MISSING_REQUIRED_FIELD: ['missing_field', 'nothing_to_update'],
          INVALID_EMAIL_FORMAT: ['bad_email'],
          INVALID_ROLE: ['bad_role'],
          INVALID_FIELD_VALUE: ['unknown_action'],
          WEAK_PASSWORD: ['weak_password'],
          INSUFFICIENT_PERMISSIONS: ['super_admin_protected', 'role_above_actor'],
          CANNOT_MODIFY_SELF: ['self_change'],
          USER_NOT_FOUND: ['user_not_found'],
          EMAIL_EXISTS: ['email_taken'],
        },
      },
    },
  },
  rest: {
    audit: {
      list: {
        method: 'GET',
        path: '/audit',
        answers: {
          读取审计记录: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  number: 2,
                  at: '2025-07-18T10:30:00Z',
                  action: 'user_changed',
                  actorId: '01980e2c-6f00-7000-8000-000000000001',
                  credential: { kind: 'session', id: '01941f29-7c00-7000-8000-00000000000a' },
                  targetId: '01941f29-7c00-7000-8000-000000000003',
                  sessionId: null,
                  changes: [{ field: 'role', from: 'user', to: 'manager' }],
                  details: null,
                  address: '127.0.0.1',
                  userAgent: 'example',
                  requestId: '01JGGJJZ00E008000000000003',
                },
              ],
              pagination: { limit: 20, nextCursor: null },
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
        },
        paging: { parameter: 'after', items: 'data', next: 'pagination.nextCursor' },
      },
    },
    auth: {
      changePassword: {
        method: 'POST',
        path: '/auth/change-password',
        answers: { 修改密码: { status: 200, headers: {}, body: { success: true, message: '密码修改成功' } } },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: ['weak_password', 'not_json', 'missing_field', 'invalid_body'],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_010: ['same_password'],
          AUTH_009: ['wrong_current_password'],
          AUTH_008: ['login_locked'],
        },
      },
      login: {
        method: 'POST',
        path: '/auth/login',
        answers: {
          登录: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                accessToken: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTljNGE4ZC04YWRiIn0.c2lnbmF0dXJl',
                refreshToken: 'Zk4vQm1xUe8Lr2BdWn7HsTy0pGj5Ac9iFo3KqXw6MtY',
                tokenType: 'Bearer',
                expiresIn: 3600,
                user: {
                  id: '01941f29-7c00-7000-8000-000000000003',
                  username: 'user123',
                  email: 'user123@example.com',
                  fullName: '用户姓名',
                  role: 'user',
                  status: 'active',
                  lastLoginAt: '2025-01-01T10:00:00Z',
                  createdAt: '2025-01-01T00:00:00Z',
                  updatedAt: '2025-01-01T00:00:00Z',
                },
              },
              message: '登录成功',
            },
          },
        },
        failures: {
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: ['not_json', 'missing_field', 'invalid_body'],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_002: ['credentials_refused'],
          AUTH_008: ['login_locked'],
        },
      },
      logout: {
        method: 'POST',
        path: '/auth/logout',
        answers: { 登出: { status: 200, headers: {}, body: { success: true, message: '登出成功' } } },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
        },
      },
      profile: {
        method: 'GET',
        path: '/auth/profile',
        answers: {
          获取个人资料: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'user123@example.com',
                fullName: '用户姓名',
                role: 'user',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
              },
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
        },
      },
      updateProfile: {
        method: 'PATCH',
        path: '/auth/profile',
        answers: {
          更新个人资料: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'renamed@example.com',
                fullName: '更新的姓名',
                role: 'user',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-07-18T10:30:00Z',
              },
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: ['not_json', 'nothing_to_update', 'bad_email', 'invalid_body'],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_009: ['wrong_current_password'],
          AUTH_008: ['login_locked'],
          AUTH_013: ['current_password_required'],
          AUTH_007: ['email_taken'],
        },
      },
      refresh: {
        method: 'POST',
        path: '/auth/refresh',
        answers: {
          刷新令牌: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                accessToken: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTljNGE4ZC04YWRiIn0.c2lnbmF0dXJl',
                refreshToken: 'Zk4vQm1xUe8Lr2BdWn7HsTy0pGj5Ac9iFo3KqXw6MtY',
                tokenType: 'Bearer',
                expiresIn: 3600,
              },
            },
          },
        },
        failures: {
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: ['not_json', 'missing_field', 'invalid_body'],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_003: ['refresh_token_unknown', 'refresh_token_expired'],
          AUTH_011: ['refresh_token_reused'],
          SYS_007: ['rate_limited'],
        },
      },
    },
    permissions: {
      list: {
        method: 'GET',
        path: '/auth/permissions',
        answers: {
          获取自己的权限: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  operation: 'Rest.Auth.changePassword',
                  method: 'POST',
                  path: '/auth/change-password',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: ['newPassword'],
                  grants: [],
                },
                {
                  operation: 'Rest.Auth.logout',
                  method: 'POST',
                  path: '/auth/logout',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: [],
                  grants: [],
                },
                {
                  operation: 'Rest.Permissions.list',
                  method: 'GET',
                  path: '/auth/permissions',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: [],
                  grants: [],
                },
                {
                  operation: 'Rest.Auth.profile',
                  method: 'GET',
                  path: '/auth/profile',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: [],
                  grants: [],
                },
                {
                  operation: 'Rest.Auth.updateProfile',
                  method: 'PATCH',
                  path: '/auth/profile',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: ['fullName', 'email'],
                  grants: [],
                },
                {
                  operation: 'Rest.Sessions.list',
                  method: 'GET',
                  path: '/auth/sessions',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: [],
                  grants: [],
                },
                {
                  operation: 'Rest.Sessions.endAll',
                  method: 'DELETE',
                  path: '/auth/sessions',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: [],
                  grants: [],
                },
                {
                  operation: 'Rest.Sessions.end',
                  method: 'DELETE',
                  path: '/auth/sessions/{sessionId}',
                  targets: [],
                  self: true,
                  fields: [],
                  selfFields: [],
                  grants: [],
                },
              ],
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
        },
      },
    },
    sessions: {
      list: {
        method: 'GET',
        path: '/auth/sessions',
        answers: {
          获取自己的会话: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  id: '01941f29-7c00-7000-8000-00000000000a',
                  createdAt: '2025-07-18T10:30:00Z',
                  lastUsedAt: '2025-07-18T10:30:00Z',
                  address: '127.0.0.1',
                  userAgent: 'example',
                  current: true,
                },
              ],
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
        },
      },
      endAll: {
        method: 'DELETE',
        path: '/auth/sessions',
        answers: {
          结束自己的其他会话: { status: 200, headers: {}, body: { success: true, message: '其他会话已全部结束' } },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
        },
      },
      end: {
        method: 'DELETE',
        path: '/auth/sessions/{sessionId}',
        answers: {
          结束自己的一个会话: { status: 200, headers: {}, body: { success: true, message: '会话已结束' } },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
        },
      },
      listOfUser: {
        method: 'GET',
        path: '/users/{id}/sessions',
        answers: {
          获取用户的会话: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  id: '01941f29-7c00-7000-8000-00000000000a',
                  createdAt: '2025-07-18T10:30:00Z',
                  lastUsedAt: '2025-07-18T10:30:00Z',
                  address: '127.0.0.1',
                  userAgent: 'example',
                  current: false,
                },
              ],
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_001: ['user_not_found'],
        },
      },
      endAllOfUser: {
        method: 'DELETE',
        path: '/users/{id}/sessions',
        answers: {
          结束用户的全部会话: { status: 200, headers: {}, body: { success: true, message: '会话已全部结束' } },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_004: ['self_change'],
          USER_001: ['user_not_found'],
        },
      },
      endOfUser: {
        method: 'DELETE',
        path: '/users/{id}/sessions/{sessionId}',
        answers: {
          结束用户的一个会话: { status: 200, headers: {}, body: { success: true, message: '会话已结束' } },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_004: ['self_change'],
          USER_001: ['user_not_found'],
        },
      },
    },
    users: {
      list: {
        method: 'GET',
        path: '/users',
        answers: {
          获取用户列表: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  id: '01980e2c-6f00-7000-8000-000000000001',
                  username: 'admin',
                  email: 'admin@example.com',
                  fullName: '系统管理员',
                  role: 'admin',
                  status: 'active',
                  lastLoginAt: '2025-07-18T10:30:00Z',
                  createdAt: '2025-01-01T00:00:00Z',
                  updatedAt: '2025-07-18T10:30:00Z',
                },
              ],
              pagination: {
                page: 1,
                limit: 20,
                total: 100,
                totalPages: 5,
                nextCursor: 'MSBjcmVhdGVkQXQgREVTQyAwMTk4MGUyYy02ZjAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEgMjAyNS0wMS0wMVQwMDowMDowMC4wMDBa',
              },
            },
          },
          搜索用户: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  id: '01941f29-7c00-7000-8000-000000000002',
                  username: 'newuser',
                  email: 'newuser@example.com',
                  fullName: '新用户',
                  role: 'user',
                  status: 'active',
                  createdAt: '2025-01-01T00:00:00Z',
                  updatedAt: '2025-01-01T00:00:00Z',
                },
              ],
              pagination: {
                page: 1,
                limit: 1,
                total: 10000,
                totalIsCapped: true,
                nextCursor: 'MSBjcmVhdGVkQXQgREVTQyAwMTk0MWYyOS03YzAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDIgMjAyNS0wMS0wMVQwMDowMDowMC4wMDBa',
              },
            },
          },
          按游标获取用户列表: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: [
                {
                  id: '01941f29-7c00-7000-8000-000000000002',
                  username: 'newuser',
                  email: 'newuser@example.com',
                  fullName: '新用户',
                  role: 'user',
                  status: 'active',
                  createdAt: '2025-01-01T00:00:00Z',
                  updatedAt: '2025-01-01T00:00:00Z',
                },
              ],
              pagination: {
                limit: 1,
                nextCursor: 'MSB1c2VybmFtZSBBU0MgMDE5NDFmMjktN2MwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAyIG5ld3VzZXI',
              },
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['bad_role_filter', 'invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_009: ['page_too_deep'],
        },
        paging: { parameter: 'after', items: 'data', next: 'pagination.nextCursor', page: 'page' },
      },
      create: {
        method: 'POST',
        path: '/users',
        answers: {
          创建用户: {
            status: 201,
            headers: { Location: '/users/01941f29-7c00-7000-8000-000000000002' },
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000002',
                username: 'newuser',
                email: 'newuser@example.com',
                fullName: '新用户',
                role: 'user',
                status: 'active',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
              },
              message: '用户创建成功',
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: [
            'weak_password',
            'not_json',
            'missing_field',
            'bad_email',
            'bad_role',
            'invalid_body',
          ],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_005: ['role_required'],
          USER_004: ['role_above_actor'],
          AUTH_006: ['username_taken'],
          AUTH_007: ['email_taken'],
        },
      },
      stats: {
        method: 'GET',
        path: '/users/stats',
        answers: {
          获取用户统计: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                totalUsers: 1250,
                activeUsers: 1100,
                inactiveUsers: 150,
                adminUsers: 5,
                managerUsers: 15,
                regularUsers: 1230,
                userGrowthRate: 3.6,
                byRole: {
                  super_admin: 0,
                  admin: 5,
                  manager: 15,
                  moderator: 20,
                  user: 1200,
                  guest: 10,
                },
              },
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
        },
      },
      get: {
        method: 'GET',
        path: '/users/{id}',
        answers: {
          获取被锁定的用户: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'user123@example.com',
                fullName: '用户姓名',
                role: 'user',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
                lockedUntil: '2025-07-18T10:45:00Z',
              },
            },
          },
          获取用户详情: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'user123@example.com',
                fullName: '用户姓名',
                role: 'user',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
              },
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_001: ['user_not_found'],
        },
      },
      update: {
        method: 'PATCH',
        path: '/users/{id}',
        answers: {
          更新用户: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'user123@example.com',
                fullName: '更新的姓名',
                role: 'manager',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
              },
              message: '用户更新成功',
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: ['not_json', 'nothing_to_update', 'bad_email', 'bad_role', 'invalid_body'],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_004: ['target_above_actor', 'role_above_actor', 'self_privilege_change'],
          AUTH_013: ['current_password_required'],
          USER_001: ['user_not_found'],
          AUTH_007: ['email_taken'],
        },
      },
      delete: {
        method: 'DELETE',
        path: '/users/{id}',
        answers: { 删除用户: { status: 200, headers: {}, body: { success: true, message: '用户删除成功' } } },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_007: ['self_deletion'],
          USER_001: ['user_not_found'],
        },
      },
      resetPassword: {
        method: 'POST',
        path: '/users/{id}/reset-password',
        answers: {
          重置密码: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'user123@example.com',
                fullName: '用户姓名',
                role: 'user',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
              },
              message: '密码重置成功',
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_001: ['weak_password', 'not_json', 'missing_field', 'invalid_body'],
          SYS_008: ['body_too_large'],
          SYS_011: ['unsupported_media_type', 'unsupported_charset', 'unsupported_coding'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_004: ['self_change'],
          USER_001: ['user_not_found'],
        },
      },
      unlock: {
        method: 'POST',
        path: '/users/{id}/unlock',
        answers: {
          解锁用户: {
            status: 200,
            headers: {},
            body: {
              success: true,
              data: {
                id: '01941f29-7c00-7000-8000-000000000003',
                username: 'user123',
                email: 'user123@example.com',
                fullName: '用户姓名',
                role: 'user',
                status: 'active',
                lastLoginAt: '2025-01-01T10:00:00Z',
                createdAt: '2025-01-01T00:00:00Z',
                updatedAt: '2025-01-01T00:00:00Z',
              },
              message: '用户已解锁',
            },
          },
        },
        failures: {
          AUTH_003: ['token_missing', 'token_invalid', 'token_revoked'],
          AUTH_004: ['token_malformed'],
          SYS_007: ['rate_limited'],
          AUTH_012: ['password_change_required'],
          USER_002: ['invalid_query'],
          SYS_012: ['fault'],
          SYS_005: ['unavailable'],
          AUTH_005: ['role_required'],
          USER_008: ['super_admin_protected'],
          USER_004: ['self_change'],
          USER_001: ['user_not_found'],
        },
      },
    },
  },
}

export const failures: Failures = {
  rpc: {
    token_missing: {
      status: 401,
      code: 'UNAUTHORIZED',
      headers: {},
      body: {
        error: 'authentication required',
        code: 401,
        error_code: 'UNAUTHORIZED',
        reason: 'token_missing',
      },
    },
    token_malformed: {
      status: 401,
      code: 'UNAUTHORIZED',
      headers: {},
      body: {
        error: 'authentication required',
        code: 401,
        error_code: 'UNAUTHORIZED',
        reason: 'token_malformed',
      },
    },
    token_invalid: {
      status: 401,
      code: 'INVALID_TOKEN',
      headers: {},
      body: {
        error: 'invalid or expired token',
        code: 401,
        error_code: 'INVALID_TOKEN',
        reason: 'token_invalid',
      },
    },
    token_revoked: {
      status: 401,
      code: 'TOKEN_REVOKED',
      headers: {},
      body: {
        error: 'token has been revoked',
        code: 401,
        error_code: 'TOKEN_REVOKED',
        reason: 'token_revoked',
      },
    },
    role_required: {
      status: 403,
      code: 'AUTHZ_ROLE_REQUIRED',
      headers: {},
      body: {
        error: 'admin access required',
        code: 403,
        error_code: 'AUTHZ_ROLE_REQUIRED',
        reason: 'role_required',
      },
    },
    super_admin_protected: {
      status: 403,
      code: 'INSUFFICIENT_PERMISSIONS',
      headers: {},
      body: {
        error: 'insufficient permissions for this user',
        code: 403,
        error_code: 'INSUFFICIENT_PERMISSIONS',
        reason: 'super_admin_protected',
      },
    },
    role_above_actor: {
      status: 403,
      code: 'INSUFFICIENT_PERMISSIONS',
      headers: {},
      body: {
        error: 'insufficient permissions for this user',
        code: 403,
        error_code: 'INSUFFICIENT_PERMISSIONS',
        reason: 'role_above_actor',
      },
    },
    self_change: {
      status: 403,
      code: 'CANNOT_MODIFY_SELF',
      headers: {},
      body: {
        error: 'cannot modify own account via user management endpoints',
        code: 403,
        error_code: 'CANNOT_MODIFY_SELF',
        reason: 'self_change',
      },
    },
    self_deletion: {
      status: 403,
      code: 'CANNOT_MODIFY_SELF',
      headers: {},
      body: {
        error: 'cannot delete own account via user management endpoints',
        code: 403,
        error_code: 'CANNOT_MODIFY_SELF',
        reason: 'self_deletion',
      },
    },
    user_not_found: {
      status: 404,
      code: 'USER_NOT_FOUND',
      headers: {},
      body: {
        error: 'user not found',
        code: 404,
        error_code: 'USER_NOT_FOUND',
        reason: 'user_not_found',
      },
    },
    username_taken: {
      status: 409,
      code: 'USERNAME_EXISTS',
      headers: {},
      body: {
        error: 'username already exists',
        code: 409,
        error_code: 'USERNAME_EXISTS',
        reason: 'username_taken',
      },
    },
    email_taken: {
      status: 409,
      code: 'EMAIL_EXISTS',
      headers: {},
      body: {
        error: 'email already exists',
        code: 409,
        error_code: 'EMAIL_EXISTS',
        reason: 'email_taken',
      },
    },
    weak_password: {
      status: 400,
      code: 'WEAK_PASSWORD',
      headers: {},
      body: {
        error: 'password is one of the most common passwords; choose another',
        code: 400,
        error_code: 'WEAK_PASSWORD',
        reason: 'weak_password',
        details: [
          {
            field: 'password',
            message: 'password is one of the most common passwords; choose another',
          },
        ],
      },
    },
    same_password: {
      status: 400,
      code: 'WEAK_PASSWORD',
      headers: {},
      body: {
        error: 'password must differ from the old password',
        code: 400,
        error_code: 'WEAK_PASSWORD',
        reason: 'same_password',
      },
    },
    wrong_current_password: {
      status: 401,
      code: 'INVALID_OLD_PASSWORD',
      headers: {},
      body: {
        error: 'invalid old password',
        code: 401,
        error_code: 'INVALID_OLD_PASSWORD',
        reason: 'wrong_current_password',
      },
    },
    current_password_required: {
      status: 403,
      code: 'OLD_PASSWORD_REQUIRED',
      headers: {},
      body: {
        error: 'old_password is required to change the email',
        code: 403,
        error_code: 'OLD_PASSWORD_REQUIRED',
        reason: 'current_password_required',
      },
    },
    password_change_required: {
      status: 403,
      code: 'PASSWORD_CHANGE_REQUIRED',
      headers: {},
      body: {
        error: 'the password must be changed first',
        code: 403,
        error_code: 'PASSWORD_CHANGE_REQUIRED',
        reason: 'password_change_required',
      },
    },
    credentials_refused: {
      status: 401,
      code: 'INVALID_CREDENTIALS',
      headers: {},
      body: {
        error: 'invalid credentials',
        code: 401,
        error_code: 'INVALID_CREDENTIALS',
        reason: 'credentials_refused',
      },
    },
    login_locked: {
      status: 429,
      code: 'LOGIN_RATE_LIMIT',
      headers: { 'Retry-After': '1' },
      body: {
        error: 'too many login attempts',
        code: 429,
        error_code: 'LOGIN_RATE_LIMIT',
        reason: 'login_locked',
      },
    },
    rate_limited: {
      status: 429,
      code: 'RATE_LIMIT_EXCEEDED',
      headers: { 'Retry-After': '1' },
      body: {
        error: 'rate limit exceeded',
        code: 429,
        error_code: 'RATE_LIMIT_EXCEEDED',
        reason: 'rate_limited',
      },
    },
    refresh_token_unknown: {
      status: 401,
      code: 'INVALID_REFRESH_TOKEN',
      headers: {},
      body: {
        error: 'invalid refresh token',
        code: 401,
        error_code: 'INVALID_REFRESH_TOKEN',
        reason: 'refresh_token_unknown',
      },
    },
    refresh_token_reused: {
      status: 401,
      code: 'REFRESH_TOKEN_REUSED',
      headers: {},
      body: {
        error: 'refresh token reused',
        code: 401,
        error_code: 'REFRESH_TOKEN_REUSED',
        reason: 'refresh_token_reused',
      },
    },
    refresh_token_expired: {
      status: 401,
      code: 'REFRESH_TOKEN_EXPIRED',
      headers: {},
      body: {
        error: 'refresh token expired',
        code: 401,
        error_code: 'REFRESH_TOKEN_EXPIRED',
        reason: 'refresh_token_expired',
      },
    },
    not_json: {
      status: 400,
      code: 'INVALID_JSON',
      headers: {},
      body: {
        error: 'invalid request body',
        code: 400,
        error_code: 'INVALID_JSON',
        reason: 'not_json',
      },
    },
    missing_field: {
      status: 400,
      code: 'MISSING_REQUIRED_FIELD',
      headers: {},
      body: {
        error: 'role is required',
        code: 400,
        error_code: 'MISSING_REQUIRED_FIELD',
        reason: 'missing_field',
        details: [{ field: 'role', message: 'role is required' }],
      },
    },
    nothing_to_update: {
      status: 400,
      code: 'MISSING_REQUIRED_FIELD',
      headers: {},
      body: {
        error: 'no fields to update',
        code: 400,
        error_code: 'MISSING_REQUIRED_FIELD',
        reason: 'nothing_to_update',
        details: [{ field: 'body', message: 'no fields to update' }],
      },
    },
    bad_email: {
      status: 400,
      code: 'INVALID_EMAIL_FORMAT',
      headers: {},
      body: {
        error: 'invalid email format',
        code: 400,
        error_code: 'INVALID_EMAIL_FORMAT',
        reason: 'bad_email',
        details: [
          {
            field: 'email',
            message: 'email must be an email address in ASCII with a dot in its domain, like name@example.com',
          },
        ],
      },
    },
    bad_role: {
      status: 400,
      code: 'INVALID_ROLE',
      headers: {},
      body: {
        error: 'invalid role',
        code: 400,
        error_code: 'INVALID_ROLE',
        reason: 'bad_role',
        details: [
          {
            field: 'role',
            message: 'role must be one of: super_admin, admin, manager, moderator, user, guest',
          },
        ],
      },
    },
    bad_role_filter: {
      status: 400,
      code: 'INVALID_ROLE',
      headers: {},
      body: {
        error: 'invalid role filter',
        code: 400,
        error_code: 'INVALID_ROLE',
        reason: 'bad_role_filter',
        details: [
          {
            field: 'role',
            message: 'role must be one of: super_admin, admin, manager, moderator, user, guest',
          },
        ],
      },
    },
    unknown_action: {
      status: 400,
      code: 'INVALID_FIELD_VALUE',
      headers: {},
      body: {
        error: 'invalid action',
        code: 400,
        error_code: 'INVALID_FIELD_VALUE',
        reason: 'unknown_action',
        details: [
          {
            field: 'action',
            message: 'action must be one of: reset_password, revoke_sessions, revoke_session, unlock',
          },
        ],
      },
    },
    invalid_body: {
      status: 400,
      code: 'VALIDATION_ERROR',
      headers: {},
      body: {
        error: 'unknown field nickname',
        code: 400,
        error_code: 'VALIDATION_ERROR',
        reason: 'invalid_body',
        details: [{ field: 'nickname', message: 'unknown field nickname' }],
      },
    },
    invalid_query: {
      status: 400,
      code: 'VALIDATION_ERROR',
      headers: {},
      body: {
        error: 'limit must be at most 200',
        code: 400,
        error_code: 'VALIDATION_ERROR',
        reason: 'invalid_query',
        details: [{ field: 'limit', message: 'limit must be at most 200' }],
      },
    },
    body_too_large: {
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      headers: {},
      body: {
        error: 'request body too large',
        code: 413,
        error_code: 'PAYLOAD_TOO_LARGE',
        reason: 'body_too_large',
      },
    },
    unsupported_media_type: {
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      headers: {},
      body: {
        error: 'content type must be application/json',
        code: 415,
        error_code: 'UNSUPPORTED_MEDIA_TYPE',
        reason: 'unsupported_media_type',
      },
    },
    unsupported_charset: {
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      headers: {},
      body: {
        error: 'charset must be utf-8',
        code: 415,
        error_code: 'UNSUPPORTED_MEDIA_TYPE',
        reason: 'unsupported_charset',
      },
    },
    unsupported_coding: {
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      headers: {},
      body: {
        error: 'request body must be sent without a content coding',
        code: 415,
        error_code: 'UNSUPPORTED_MEDIA_TYPE',
        reason: 'unsupported_coding',
      },
    },
    no_such_path: {
      status: 404,
      code: 'NOT_FOUND',
      headers: {},
      body: {
        error: 'Endpoint not found',
        code: 404,
        error_code: 'NOT_FOUND',
        reason: 'no_such_path',
      },
    },
    no_such_method: {
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      headers: {},
      body: {
        error: 'method not allowed',
        code: 405,
        error_code: 'METHOD_NOT_ALLOWED',
        reason: 'no_such_method',
      },
    },
    malformed_request: {
      status: 400,
      code: 'MALFORMED_REQUEST',
      headers: {},
      body: {
        error: 'malformed HTTP request',
        code: 400,
        error_code: 'MALFORMED_REQUEST',
        reason: 'malformed_request',
      },
    },
    request_timeout: {
      status: 408,
      code: 'REQUEST_TIMEOUT',
      headers: {},
      body: {
        error: 'the request took too long to arrive',
        code: 408,
        error_code: 'REQUEST_TIMEOUT',
        reason: 'request_timeout',
      },
    },
    headers_too_large: {
      status: 431,
      code: 'HEADERS_TOO_LARGE',
      headers: {},
      body: {
        error: 'the request headers are too large',
        code: 431,
        error_code: 'HEADERS_TOO_LARGE',
        reason: 'headers_too_large',
      },
    },
    fault: {
      status: 500,
      code: 'INTERNAL_ERROR',
      headers: {},
      body: {
        error: 'internal server error',
        code: 500,
        error_code: 'INTERNAL_ERROR',
        reason: 'fault',
      },
    },
    unavailable: {
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
      headers: { 'Retry-After': '1' },
      body: {
        error: 'service unavailable, try again later',
        code: 503,
        error_code: 'SERVICE_UNAVAILABLE',
        reason: 'unavailable',
      },
    },
  },
  rest: {
    token_missing: {
      status: 401,
      code: 'AUTH_003',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: 'Token无效或过期',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'GET',
        details: { code: 'AUTH_003', reason: 'token_missing' },
      },
    },
    token_malformed: {
      status: 401,
      code: 'AUTH_004',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: 'Token格式错误',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'GET',
        details: { code: 'AUTH_004', reason: 'token_malformed' },
      },
    },
    token_invalid: {
      status: 401,
      code: 'AUTH_003',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: 'Token无效或过期',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'GET',
        details: { code: 'AUTH_003', reason: 'token_invalid' },
      },
    },
    token_revoked: {
      status: 401,
      code: 'AUTH_003',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: 'Token无效或过期',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'GET',
        details: { code: 'AUTH_003', reason: 'token_revoked' },
      },
    },
    role_required: {
      status: 403,
      code: 'AUTH_005',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '权限不足',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'GET',
        details: { code: 'AUTH_005', reason: 'role_required' },
      },
    },
    super_admin_protected: {
      status: 409,
      code: 'USER_008',
      headers: {},
      body: {
        success: false,
        statusCode: 409,
        error: 'ConflictException',
        message: '不能修改超级管理员',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003',
        method: 'PATCH',
        details: { code: 'USER_008', reason: 'super_admin_protected' },
      },
    },
    target_above_actor: {
      status: 403,
      code: 'USER_004',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '无权限操作此用户',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003',
        method: 'PATCH',
        details: { code: 'USER_004', reason: 'target_above_actor' },
      },
    },
    role_above_actor: {
      status: 403,
      code: 'USER_004',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '无权限操作此用户',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'USER_004', reason: 'role_above_actor' },
      },
    },
    self_change: {
      status: 403,
      code: 'USER_004',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '无权限操作此用户',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003/sessions',
        method: 'DELETE',
        details: { code: 'USER_004', reason: 'self_change' },
      },
    },
    self_privilege_change: {
      status: 403,
      code: 'USER_004',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '无权限操作此用户',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003',
        method: 'PATCH',
        details: { code: 'USER_004', reason: 'self_privilege_change' },
      },
    },
    self_deletion: {
      status: 409,
      code: 'USER_007',
      headers: {},
      body: {
        success: false,
        statusCode: 409,
        error: 'ConflictException',
        message: '不能删除自己',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003',
        method: 'DELETE',
        details: { code: 'USER_007', reason: 'self_deletion' },
      },
    },
    user_not_found: {
      status: 404,
      code: 'USER_001',
      headers: {},
      body: {
        success: false,
        statusCode: 404,
        error: 'NotFoundException',
        message: '用户不存在',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003',
        method: 'GET',
        details: { code: 'USER_001', reason: 'user_not_found' },
      },
    },
    username_taken: {
      status: 409,
      code: 'AUTH_006',
      headers: {},
      body: {
        success: false,
        statusCode: 409,
        error: 'ConflictException',
        message: '用户名已存在',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'AUTH_006', reason: 'username_taken' },
      },
    },
    email_taken: {
      status: 409,
      code: 'AUTH_007',
      headers: {},
      body: {
        success: false,
        statusCode: 409,
        error: 'ConflictException',
        message: '邮箱已存在',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'AUTH_007', reason: 'email_taken' },
      },
    },
    weak_password: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: {
          code: 'AUTH_001',
          reason: 'weak_password',
          errors: [{ field: 'password', message: 'password 属于常见密码，请更换' }],
        },
      },
    },
    same_password: {
      status: 422,
      code: 'AUTH_010',
      headers: {},
      body: {
        success: false,
        statusCode: 422,
        error: 'UnprocessableEntityException',
        message: '新密码与当前密码相同',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/change-password',
        method: 'POST',
        details: { code: 'AUTH_010', reason: 'same_password' },
      },
    },
    wrong_current_password: {
      status: 422,
      code: 'AUTH_009',
      headers: {},
      body: {
        success: false,
        statusCode: 422,
        error: 'UnprocessableEntityException',
        message: '当前密码错误',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/change-password',
        method: 'POST',
        details: { code: 'AUTH_009', reason: 'wrong_current_password' },
      },
    },
    current_password_required: {
      status: 403,
      code: 'AUTH_013',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '修改邮箱需要提供当前密码',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'PATCH',
        details: { code: 'AUTH_013', reason: 'current_password_required' },
      },
    },
    password_change_required: {
      status: 403,
      code: 'AUTH_012',
      headers: {},
      body: {
        success: false,
        statusCode: 403,
        error: 'ForbiddenException',
        message: '请先修改密码',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'GET',
        details: { code: 'AUTH_012', reason: 'password_change_required' },
      },
    },
    credentials_refused: {
      status: 401,
      code: 'AUTH_002',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: '用户名或密码错误',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/login',
        method: 'POST',
        details: { code: 'AUTH_002', reason: 'credentials_refused' },
      },
    },
    login_locked: {
      status: 429,
      code: 'AUTH_008',
      headers: { 'Retry-After': '1' },
      body: {
        success: false,
        statusCode: 429,
        error: 'TooManyRequestsException',
        message: '登录尝试过于频繁',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/login',
        method: 'POST',
        details: { code: 'AUTH_008', reason: 'login_locked' },
      },
    },
    rate_limited: {
      status: 429,
      code: 'SYS_007',
      headers: { 'Retry-After': '1' },
      body: {
        success: false,
        statusCode: 429,
        error: 'TooManyRequestsException',
        message: '请求频率超限',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/profile',
        method: 'GET',
        details: { code: 'SYS_007', reason: 'rate_limited' },
      },
    },
    refresh_token_unknown: {
      status: 401,
      code: 'AUTH_003',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: 'Token无效或过期',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/refresh',
        method: 'POST',
        details: { code: 'AUTH_003', reason: 'refresh_token_unknown' },
      },
    },
    refresh_token_reused: {
      status: 401,
      code: 'AUTH_011',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: '刷新令牌已被使用',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/refresh',
        method: 'POST',
        details: { code: 'AUTH_011', reason: 'refresh_token_reused' },
      },
    },
    refresh_token_expired: {
      status: 401,
      code: 'AUTH_003',
      headers: {},
      body: {
        success: false,
        statusCode: 401,
        error: 'UnauthorizedException',
        message: 'Token无效或过期',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/auth/refresh',
        method: 'POST',
        details: { code: 'AUTH_003', reason: 'refresh_token_expired' },
      },
    },
    not_json: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: {
          code: 'AUTH_001',
          reason: 'not_json',
          errors: [{ field: 'body', message: '请求体必须是有效的 JSON' }],
        },
      },
    },
    missing_field: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: {
          code: 'AUTH_001',
          reason: 'missing_field',
          errors: [{ field: 'email', message: 'email 为必填项' }],
        },
      },
    },
    nothing_to_update: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/01941f29-7c00-7000-8000-000000000003',
        method: 'PATCH',
        details: {
          code: 'AUTH_001',
          reason: 'nothing_to_update',
          errors: [{ field: 'body', message: '没有需要更新的字段' }],
        },
      },
    },
    bad_email: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: {
          code: 'AUTH_001',
          reason: 'bad_email',
          errors: [{ field: 'email', message: 'email 必须是 ASCII 邮箱地址且域名中包含点号，例如 name@example.com' }],
        },
      },
    },
    bad_role: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: {
          code: 'AUTH_001',
          reason: 'bad_role',
          errors: [
            {
              field: 'role',
              message: 'role 必须是以下值之一：super_admin, admin, manager, moderator, user, guest',
            },
          ],
        },
      },
    },
    bad_role_filter: {
      status: 400,
      code: 'USER_002',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '用户查询参数错误',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'GET',
        details: {
          code: 'USER_002',
          reason: 'bad_role_filter',
          errors: [
            {
              field: 'role',
              message: 'role 必须是以下值之一：super_admin, admin, manager, moderator, user, guest',
            },
          ],
        },
      },
    },
    invalid_body: {
      status: 400,
      code: 'AUTH_001',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '请求参数验证失败',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: {
          code: 'AUTH_001',
          reason: 'invalid_body',
          errors: [{ field: 'nickname', message: '未知字段 nickname' }],
        },
      },
    },
    page_too_deep: {
      status: 400,
      code: 'USER_009',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '页码过深，请使用 after 继续或缩小筛选范围',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'GET',
        details: {
          code: 'USER_009',
          reason: 'page_too_deep',
          errors: [
            {
              field: 'page',
              message: 'page 最多可到达距列表开头或结尾 100000 个用户的位置：请改用 after（某一页的 nextCursor）继续',
            },
          ],
        },
      },
    },
    invalid_query: {
      status: 400,
      code: 'USER_002',
      headers: {},
      body: {
        success: false,
        statusCode: 400,
        error: 'BadRequestException',
        message: '用户查询参数错误',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'GET',
        details: {
          code: 'USER_002',
          reason: 'invalid_query',
          errors: [{ field: 'limit', message: 'limit 不能大于 100' }],
        },
      },
    },
    body_too_large: {
      status: 413,
      code: 'SYS_008',
      headers: {},
      body: {
        success: false,
        statusCode: 413,
        error: 'PayloadTooLargeException',
        message: '请求体过大',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'SYS_008', reason: 'body_too_large' },
      },
    },
    unsupported_media_type: {
      status: 415,
      code: 'SYS_011',
      headers: {},
      body: {
        success: false,
        statusCode: 415,
        error: 'UnsupportedMediaTypeException',
        message: '不支持的媒体类型',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'SYS_011', reason: 'unsupported_media_type' },
      },
    },
    unsupported_charset: {
      status: 415,
      code: 'SYS_011',
      headers: {},
      body: {
        success: false,
        statusCode: 415,
        error: 'UnsupportedMediaTypeException',
        message: '不支持的字符集，请使用 UTF-8',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'SYS_011', reason: 'unsupported_charset' },
      },
    },
    unsupported_coding: {
      status: 415,
      code: 'SYS_011',
      headers: {},
      body: {
        success: false,
        statusCode: 415,
        error: 'UnsupportedMediaTypeException',
        message: '不支持的内容编码，请原样发送请求体',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'POST',
        details: { code: 'SYS_011', reason: 'unsupported_coding' },
      },
    },
    no_such_path: {
      status: 404,
      code: 'SYS_009',
      headers: {},
      body: {
        success: false,
        statusCode: 404,
        error: 'NotFoundException',
        message: '接口不存在',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/stats/',
        method: 'GET',
        details: { code: 'SYS_009', reason: 'no_such_path' },
      },
    },
    no_such_method: {
      status: 405,
      code: 'SYS_010',
      headers: {},
      body: {
        success: false,
        statusCode: 405,
        error: 'MethodNotAllowedException',
        message: '请求方法不允许',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users/stats',
        method: 'DELETE',
        details: { code: 'SYS_010', reason: 'no_such_method' },
      },
    },
    fault: {
      status: 500,
      code: 'SYS_012',
      headers: {},
      body: {
        success: false,
        statusCode: 500,
        error: 'InternalServerErrorException',
        message: '服务器内部错误',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'GET',
        details: { code: 'SYS_012', reason: 'fault' },
      },
    },
    unavailable: {
      status: 503,
      code: 'SYS_005',
      headers: { 'Retry-After': '1' },
      body: {
        success: false,
        statusCode: 503,
        error: 'ServiceUnavailableException',
        message: '服务暂时不可用',
        timestamp: '2025-07-18T10:30:00Z',
        path: '/users',
        method: 'GET',
        details: { code: 'SYS_005', reason: 'unavailable' },
      },
    },
  },
}
