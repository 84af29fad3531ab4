import type { components } from '../contract.ts'
import { type AnyReason, type FailedRequest, type Failure, type Style, situationOf } from '../failures.ts'
import { describeProblem } from '../problem-messages.ts'
import { presentTime } from '../time.ts'

type Schemas = components['schemas']
type FailureBody = Schemas[Extract<keyof Schemas, `Rest.${string}Failure`>]
type Code = FailureBody['details']['code']

interface Wording {
  readonly status: FailureBody['statusCode']
  readonly code: Code
  readonly zh: string
  readonly en: string
}

const answer = (status: Wording['status'], code: Code, zh: string, en: string): Wording => ({ status, code, zh, en })

/** Every reason in this style's words. */
const answers: Record<AnyReason, Wording> = {
  invalid_request: answer(400, 'AUTH_001', '请求参数验证失败', 'The request is not valid'),
  weak_password: answer(400, 'AUTH_001', '请求参数验证失败', 'The request is not valid'),
  not_json: answer(400, 'AUTH_001', '请求参数验证失败', 'The request is not valid'),
  credentials_refused: answer(401, 'AUTH_002', '用户名或密码错误', 'Wrong username or password'),
  token_missing: answer(401, 'AUTH_003', 'Token无效或过期', 'The token is missing, invalid or expired'),
  token_invalid: answer(401, 'AUTH_003', 'Token无效或过期', 'The token is missing, invalid or expired'),
  token_revoked: answer(401, 'AUTH_003', 'Token无效或过期', 'The token is missing, invalid or expired'),
  refresh_token_unknown: answer(401, 'AUTH_003', 'Token无效或过期', 'The token is missing, invalid or expired'),
  refresh_token_expired: answer(401, 'AUTH_003', 'Token无效或过期', 'The token is missing, invalid or expired'),
  refresh_token_reused: answer(401, 'AUTH_011', '刷新令牌已被使用', 'The refresh token has been used before'),
  token_malformed: answer(401, 'AUTH_004', 'Token格式错误', 'The Authorization header is malformed'),
  role_required: answer(403, 'AUTH_005', '权限不足', 'Your role may not do this'),
  username_taken: answer(409, 'AUTH_006', '用户名已存在', 'The username is taken'),
  email_taken: answer(409, 'AUTH_007', '邮箱已存在', 'The email is taken'),
  login_locked: answer(429, 'AUTH_008', '登录尝试过于频繁', 'Too many login attempts'),
  wrong_current_password: answer(422, 'AUTH_009', '当前密码错误', 'The current password is wrong'),
  same_password: answer(422, 'AUTH_010', '新密码与当前密码相同', 'The new password is the current one'),
  user_not_found: answer(404, 'USER_001', '用户不存在', 'No such user'),
  target_above_actor: answer(403, 'USER_004', '无权限操作此用户', 'You may not do this to this user'),
  role_above_actor: answer(403, 'USER_004', '无权限操作此用户', 'You may not do this to this user'),
  self_change: answer(403, 'USER_004', '无权限操作此用户', 'You may not do this to this user'),
  self_privilege_change: answer(403, 'USER_004', '无权限操作此用户', 'You may not do this to this user'),
  self_deletion: answer(409, 'USER_007', '不能删除自己', 'You cannot delete yourself'),
  super_admin_protected: answer(409, 'USER_008', '不能修改超级管理员', 'A super administrator cannot be changed'),
  unavailable: answer(503, 'SYS_005', '服务暂时不可用', 'The service is not available, try again later'),
  rate_limited: answer(429, 'SYS_007', '请求频率超限', 'Too many requests'),
  body_too_large: answer(413, 'SYS_008', '请求体过大', 'The body is too large'),
  no_such_path: answer(404, 'SYS_009', '接口不存在', 'No such path'),
  no_such_method: answer(405, 'SYS_010', '请求方法不允许', 'The path does not have this method'),
  unsupported_media_type: answer(415, 'SYS_011', '不支持的媒体类型', 'The content type must be application/json'),
  unsupported_charset: answer(415, 'SYS_011', '不支持的字符集，请使用 UTF-8', 'The charset must be UTF-8'),
  unsupported_coding: answer(
    415,
    'SYS_011',
    '不支持的内容编码，请原样发送请求体',
    'The body must be sent without a content coding',
  ),
  fault: answer(500, 'SYS_012', '服务器内部错误', 'Internal server error'),
}

/** A breach of the query alone has a code of its own. */
const badQuery = answer(400, 'USER_002', '用户查询参数错误', 'The query is not valid')

const exceptions: Record<Wording['status'], FailureBody['error']> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'ForbiddenException',
  404: 'NotFoundException',
  405: 'MethodNotAllowedException',
  409: 'ConflictException',
  413: 'PayloadTooLargeException',
  415: 'UnsupportedMediaTypeException',
  422: 'UnprocessableEntityException',
  429: 'TooManyRequestsException',
  500: 'InternalServerErrorException',
  503: 'ServiceUnavailableException',
}

export const restStyle: Style = {
  language: 'zh',
  fail(failure: Failure, { method, path, language, now }: FailedRequest) {
    const { reason, problems } = failure
    const wording = problems[0]?.place === 'query' ? badQuery : answers[reason]
    const { status, code } = wording
    const errors = problems
      .slice(0, 50)
      .map((problem) => ({ field: problem.field, message: describeProblem(problem, language) }))
    if (reason === 'not_json')
      errors.push({
        field: 'body',
        message: language === 'zh' ? '请求体必须是有效的 JSON' : 'the body must be valid JSON in UTF-8',
      })
    const body = {
      success: false,
      statusCode: status,
      error: exceptions[status],
      message: wording[language],
      timestamp: presentTime(now),
      // As much of it as the contract's pattern takes: what was sent can be anything.
      path: path.replace(/[?#].*$/s, '').slice(0, 2000),
      method,
      details: { code, reason: situationOf(failure), ...(status === 400 && { errors }) },
    }
    return { status, body: body as FailureBody }
  },
}
