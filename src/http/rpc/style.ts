import type { components } from '../contract.ts'
import type { AnyReason, FailedRequest, Failure, Style } from '../failures.ts'
import { describeProblem } from '../problem-messages.ts'
import type { Problem } from '../problems.ts'

type Schemas = components['schemas']
type FailureBody = Schemas[Extract<keyof Schemas, `Rpc.${string}Failure`>]
type Code = FailureBody['error_code']

interface Wording {
  readonly status: FailureBody['code']
  readonly code: Code
  readonly en: string
  readonly zh: string
}

const answer = (status: Wording['status'], code: Code, en: string, zh: string): Wording => ({ status, code, en, zh })

/** Every reason in this style's words. `invalid_request` and `weak_password` are worded by their first problem. */
const answers: Record<Exclude<AnyReason, 'invalid_request' | 'weak_password'>, Wording> = {
  token_missing: answer(401, 'UNAUTHORIZED', 'authentication required', '需要身份认证'),
  token_malformed: answer(401, 'UNAUTHORIZED', 'authentication required', '需要身份认证'),
  token_invalid: answer(401, 'INVALID_TOKEN', 'invalid or expired token', '令牌无效或已过期'),
  token_revoked: answer(401, 'TOKEN_REVOKED', 'token has been revoked', '令牌已被撤销'),
  role_required: answer(403, 'AUTHZ_ROLE_REQUIRED', 'admin access required', '需要管理员权限'),
  super_admin_protected: answer(
    403,
    'INSUFFICIENT_PERMISSIONS',
    'insufficient permissions for this user',
    '无权操作此用户',
  ),
  target_above_actor: answer(
    403,
    'INSUFFICIENT_PERMISSIONS',
    'insufficient permissions for this user',
    '无权操作此用户',
  ),
  role_above_actor: answer(403, 'INSUFFICIENT_PERMISSIONS', 'insufficient permissions for this user', '无权操作此用户'),
  self_change: answer(
    403,
    'CANNOT_MODIFY_SELF',
    'cannot modify own account via user management endpoints',
    '不能通过用户管理接口修改自己的账户',
  ),
  self_privilege_change: answer(
    403,
    'CANNOT_MODIFY_SELF',
    'cannot modify own account via user management endpoints',
    '不能通过用户管理接口修改自己的账户',
  ),
  self_deletion: answer(
    403,
    'CANNOT_MODIFY_SELF',
    'cannot delete own account via user management endpoints',
    '不能通过用户管理接口删除自己的账户',
  ),
  user_not_found: answer(404, 'USER_NOT_FOUND', 'user not found', '用户不存在'),
  username_taken: answer(409, 'USERNAME_EXISTS', 'username already exists', '用户名已存在'),
  email_taken: answer(409, 'EMAIL_EXISTS', 'email already exists', '邮箱已存在'),
  same_password: answer(400, 'WEAK_PASSWORD', 'password must differ from the old password', '新密码不能与旧密码相同'),
  wrong_current_password: answer(401, 'INVALID_OLD_PASSWORD', 'invalid old password', '旧密码错误'),
  credentials_refused: answer(401, 'INVALID_CREDENTIALS', 'invalid credentials', '用户名或密码错误'),
  login_locked: answer(429, 'LOGIN_RATE_LIMIT', 'too many login attempts', '登录尝试过于频繁'),
  rate_limited: answer(429, 'RATE_LIMIT_EXCEEDED', 'rate limit exceeded', '请求频率超限'),
  refresh_token_unknown: answer(401, 'INVALID_REFRESH_TOKEN', 'invalid refresh token', '刷新令牌无效'),
  refresh_token_reused: answer(401, 'REFRESH_TOKEN_REUSED', 'refresh token reused', '刷新令牌已被使用'),
  refresh_token_expired: answer(401, 'REFRESH_TOKEN_EXPIRED', 'refresh token expired', '刷新令牌已过期'),
  not_json: answer(400, 'INVALID_JSON', 'invalid request body', '请求体无效'),
  no_such_path: answer(404, 'NOT_FOUND', 'Endpoint not found', '接口不存在'),
  no_such_method: answer(405, 'METHOD_NOT_ALLOWED', 'method not allowed', '请求方法不允许'),
  body_too_large: answer(413, 'PAYLOAD_TOO_LARGE', 'request body too large', '请求体过大'),
  unsupported_media_type: answer(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'content type must be application/json',
    '内容类型必须是 application/json',
  ),
  unsupported_charset: answer(415, 'UNSUPPORTED_MEDIA_TYPE', 'charset must be utf-8', '字符集必须是 utf-8'),
  unsupported_coding: answer(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'request body must be sent without a content coding',
    '请求体不能使用内容编码',
  ),
  fault: answer(500, 'INTERNAL_ERROR', 'internal server error', '服务器内部错误'),
  unavailable: answer(503, 'SERVICE_UNAVAILABLE', 'service unavailable, try again later', '服务暂时不可用，请稍后重试'),
}

export const rpcStyle: Style = {
  language: 'en',
  fail({ reason, problems }: Failure, { language, operationId }: FailedRequest) {
    const [first] = problems
    const wording =
      reason === 'invalid_request' || reason === 'weak_password' ? wordBreach(first, operationId) : answers[reason]
    const { status, code } = wording
    const details = problems
      .slice(0, 50)
      .map((problem) => ({ field: problem.field, message: describeProblem(problem, language) }))
    const body = { error: wording[language], code: status, error_code: code, ...(details.length > 0 && { details }) }
    return { status, body: body as FailureBody }
  },
}

/** The first breach, in the words and with the code that clients of this style know. */
function wordBreach(problem: Problem | undefined, operationId: string | undefined): Wording {
  if (!problem) return answer(400, 'VALIDATION_ERROR', 'invalid request', '请求无效')
  const { field, kind, place } = problem
  const say = (code: Code, en = describeProblem(problem, 'en'), zh = describeProblem(problem, 'zh')) =>
    answer(400, code, en, zh)
  if (kind.startsWith('weak_')) return say('WEAK_PASSWORD')
  if (kind === 'missing' && field === 'new_password' && operationId === 'Rpc.Users.update')
    return say('MISSING_REQUIRED_FIELD', 'new_password is required for password reset', '重置密码需要提供 new_password')
  if (kind === 'missing' || kind === 'empty') return say('MISSING_REQUIRED_FIELD')
  if (kind === 'bad_email') return say('INVALID_EMAIL_FORMAT', 'invalid email format', '邮箱格式无效')
  if (kind === 'not_allowed' && field === 'role')
    return place === 'query'
      ? say('INVALID_ROLE', 'invalid role filter', '角色筛选无效')
      : say('INVALID_ROLE', 'invalid role', '角色无效')
  if (kind === 'unknown_action') return say('INVALID_FIELD_VALUE', 'invalid action', '操作无效')
  return say('VALIDATION_ERROR')
}
