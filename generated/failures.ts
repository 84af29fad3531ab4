/* Made by npm run generate; never edited. */

/**
 * Why a request fails, and how each style that can fail so answers. `{problem}` is the sentence of the first
 * breach; `problems`: the answer lists the breaches.
 */
export const failures = {
  "token_missing": {"rpc":{"status":401,"code":"UNAUTHORIZED","message":{"en":"authentication required","zh":"需要身份认证"}},"rest":{"status":401,"code":"AUTH_003","message":{"en":"The token is missing, invalid or expired","zh":"Token无效或过期"}}},
  "token_malformed": {"rpc":{"status":401,"code":"UNAUTHORIZED","message":{"en":"authentication required","zh":"需要身份认证"}},"rest":{"status":401,"code":"AUTH_004","message":{"en":"The Authorization header is malformed","zh":"Token格式错误"}}},
  "token_invalid": {"rpc":{"status":401,"code":"INVALID_TOKEN","message":{"en":"invalid or expired token","zh":"令牌无效或已过期"}},"rest":{"status":401,"code":"AUTH_003","message":{"en":"The token is missing, invalid or expired","zh":"Token无效或过期"}}},
  "token_revoked": {"rpc":{"status":401,"code":"TOKEN_REVOKED","message":{"en":"token has been revoked","zh":"令牌已被撤销"}},"rest":{"status":401,"code":"AUTH_003","message":{"en":"The token is missing, invalid or expired","zh":"Token无效或过期"}}},
  "role_required": {"rpc":{"status":403,"code":"AUTHZ_ROLE_REQUIRED","message":{"en":"admin access required","zh":"需要管理员权限"}},"rest":{"status":403,"code":"AUTH_005","message":{"en":"Your role may not do this","zh":"权限不足"}}},
  "super_admin_protected": {"rpc":{"status":403,"code":"INSUFFICIENT_PERMISSIONS","message":{"en":"insufficient permissions for this user","zh":"无权操作此用户"}},"rest":{"status":409,"code":"USER_008","message":{"en":"A super administrator cannot be changed","zh":"不能修改超级管理员"}}},
  "target_above_actor": {"rest":{"status":403,"code":"USER_004","message":{"en":"You may not do this to this user","zh":"无权限操作此用户"}}},
  "role_above_actor": {"rpc":{"status":403,"code":"INSUFFICIENT_PERMISSIONS","message":{"en":"insufficient permissions for this user","zh":"无权操作此用户"}},"rest":{"status":403,"code":"USER_004","message":{"en":"You may not do this to this user","zh":"无权限操作此用户"}}},
  "self_change": {"rpc":{"status":403,"code":"CANNOT_MODIFY_SELF","message":{"en":"cannot modify own account via user management endpoints","zh":"不能通过用户管理接口修改自己的账户"}},"rest":{"status":403,"code":"USER_004","message":{"en":"You may not do this to this user","zh":"无权限操作此用户"}}},
  "self_privilege_change": {"rest":{"status":403,"code":"USER_004","message":{"en":"You may not do this to this user","zh":"无权限操作此用户"}}},
  "self_deletion": {"rpc":{"status":403,"code":"CANNOT_MODIFY_SELF","message":{"en":"cannot delete own account via user management endpoints","zh":"不能通过用户管理接口删除自己的账户"}},"rest":{"status":409,"code":"USER_007","message":{"en":"You cannot delete yourself","zh":"不能删除自己"}}},
  "user_not_found": {"rpc":{"status":404,"code":"USER_NOT_FOUND","message":{"en":"user not found","zh":"用户不存在"}},"rest":{"status":404,"code":"USER_001","message":{"en":"No such user","zh":"用户不存在"}}},
  "username_taken": {"rpc":{"status":409,"code":"USERNAME_EXISTS","message":{"en":"username already exists","zh":"用户名已存在"}},"rest":{"status":409,"code":"AUTH_006","message":{"en":"The username is taken","zh":"用户名已存在"}}},
  "email_taken": {"rpc":{"status":409,"code":"EMAIL_EXISTS","message":{"en":"email already exists","zh":"邮箱已存在"}},"rest":{"status":409,"code":"AUTH_007","message":{"en":"The email is taken","zh":"邮箱已存在"}}},
  "weak_password": {"rpc":{"status":400,"code":"WEAK_PASSWORD","message":{"en":"{problem}","zh":"{problem}"},"problems":true},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "same_password": {"rpc":{"status":400,"code":"WEAK_PASSWORD","message":{"en":"password must differ from the old password","zh":"新密码不能与旧密码相同"}},"rest":{"status":422,"code":"AUTH_010","message":{"en":"The new password is the current one","zh":"新密码与当前密码相同"}}},
  "wrong_current_password": {"rpc":{"status":401,"code":"INVALID_OLD_PASSWORD","message":{"en":"invalid old password","zh":"旧密码错误"}},"rest":{"status":422,"code":"AUTH_009","message":{"en":"The current password is wrong","zh":"当前密码错误"}}},
  "current_password_required": {"rpc":{"status":403,"code":"OLD_PASSWORD_REQUIRED","message":{"en":"old_password is required to change the email","zh":"修改邮箱需要提供旧密码"}},"rest":{"status":403,"code":"AUTH_013","message":{"en":"The current password is needed to change the email","zh":"修改邮箱需要提供当前密码"}}},
  "password_change_required": {"rpc":{"status":403,"code":"PASSWORD_CHANGE_REQUIRED","message":{"en":"the password must be changed first","zh":"必须先修改密码"}},"rest":{"status":403,"code":"AUTH_012","message":{"en":"The password has to be changed first","zh":"请先修改密码"}}},
  "credentials_refused": {"rpc":{"status":401,"code":"INVALID_CREDENTIALS","message":{"en":"invalid credentials","zh":"用户名或密码错误"}},"rest":{"status":401,"code":"AUTH_002","message":{"en":"Wrong username or password","zh":"用户名或密码错误"}}},
  "login_locked": {"rpc":{"status":429,"code":"LOGIN_RATE_LIMIT","message":{"en":"too many login attempts","zh":"登录尝试过于频繁"}},"rest":{"status":429,"code":"AUTH_008","message":{"en":"Too many login attempts","zh":"登录尝试过于频繁"}}},
  "rate_limited": {"rpc":{"status":429,"code":"RATE_LIMIT_EXCEEDED","message":{"en":"rate limit exceeded","zh":"请求频率超限"}},"rest":{"status":429,"code":"SYS_007","message":{"en":"Too many requests","zh":"请求频率超限"}}},
  "refresh_token_unknown": {"rpc":{"status":401,"code":"INVALID_REFRESH_TOKEN","message":{"en":"invalid refresh token","zh":"刷新令牌无效"}},"rest":{"status":401,"code":"AUTH_003","message":{"en":"The token is missing, invalid or expired","zh":"Token无效或过期"}}},
  "refresh_token_reused": {"rpc":{"status":401,"code":"REFRESH_TOKEN_REUSED","message":{"en":"refresh token reused","zh":"刷新令牌已被使用"}},"rest":{"status":401,"code":"AUTH_011","message":{"en":"The refresh token has been used before","zh":"刷新令牌已被使用"}}},
  "refresh_token_expired": {"rpc":{"status":401,"code":"REFRESH_TOKEN_EXPIRED","message":{"en":"refresh token expired","zh":"刷新令牌已过期"}},"rest":{"status":401,"code":"AUTH_003","message":{"en":"The token is missing, invalid or expired","zh":"Token无效或过期"}}},
  "not_json": {"rpc":{"status":400,"code":"INVALID_JSON","message":{"en":"invalid request body","zh":"请求体无效"}},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "missing_field": {"rpc":{"status":400,"code":"MISSING_REQUIRED_FIELD","message":{"en":"{problem}","zh":"{problem}"},"problems":true},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "nothing_to_update": {"rpc":{"status":400,"code":"MISSING_REQUIRED_FIELD","message":{"en":"{problem}","zh":"{problem}"},"problems":true},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "bad_email": {"rpc":{"status":400,"code":"INVALID_EMAIL_FORMAT","message":{"en":"invalid email format","zh":"邮箱格式无效"},"problems":true},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "bad_role": {"rpc":{"status":400,"code":"INVALID_ROLE","message":{"en":"invalid role","zh":"角色无效"},"problems":true},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "bad_role_filter": {"rpc":{"status":400,"code":"INVALID_ROLE","message":{"en":"invalid role filter","zh":"角色筛选无效"},"problems":true},"rest":{"status":400,"code":"USER_002","message":{"en":"The query is not valid","zh":"用户查询参数错误"},"problems":true}},
  "unknown_action": {"rpc":{"status":400,"code":"INVALID_FIELD_VALUE","message":{"en":"invalid action","zh":"操作无效"},"problems":true}},
  "invalid_body": {"rpc":{"status":400,"code":"VALIDATION_ERROR","message":{"en":"{problem}","zh":"{problem}"},"problems":true},"rest":{"status":400,"code":"AUTH_001","message":{"en":"The request is not valid","zh":"请求参数验证失败"},"problems":true}},
  "page_too_deep": {"rest":{"status":400,"code":"USER_009","message":{"en":"The page is too deep: go on with after, or filter","zh":"页码过深，请使用 after 继续或缩小筛选范围"},"problems":true}},
  "invalid_query": {"rpc":{"status":400,"code":"VALIDATION_ERROR","message":{"en":"{problem}","zh":"{problem}"},"problems":true},"rest":{"status":400,"code":"USER_002","message":{"en":"The query is not valid","zh":"用户查询参数错误"},"problems":true}},
  "body_too_large": {"rpc":{"status":413,"code":"PAYLOAD_TOO_LARGE","message":{"en":"request body too large","zh":"请求体过大"}},"rest":{"status":413,"code":"SYS_008","message":{"en":"The body is too large","zh":"请求体过大"}}},
  "unsupported_media_type": {"rpc":{"status":415,"code":"UNSUPPORTED_MEDIA_TYPE","message":{"en":"content type must be application/json","zh":"内容类型必须是 application/json"}},"rest":{"status":415,"code":"SYS_011","message":{"en":"The content type must be application/json","zh":"不支持的媒体类型"}}},
  "unsupported_charset": {"rpc":{"status":415,"code":"UNSUPPORTED_MEDIA_TYPE","message":{"en":"charset must be utf-8","zh":"字符集必须是 utf-8"}},"rest":{"status":415,"code":"SYS_011","message":{"en":"The charset must be UTF-8","zh":"不支持的字符集，请使用 UTF-8"}}},
  "unsupported_coding": {"rpc":{"status":415,"code":"UNSUPPORTED_MEDIA_TYPE","message":{"en":"request body must be sent without a content coding","zh":"请求体不能使用内容编码"}},"rest":{"status":415,"code":"SYS_011","message":{"en":"The body must be sent without a content coding","zh":"不支持的内容编码，请原样发送请求体"}}},
  "no_such_path": {"rpc":{"status":404,"code":"NOT_FOUND","message":{"en":"Endpoint not found","zh":"接口不存在"}},"rest":{"status":404,"code":"SYS_009","message":{"en":"No such path","zh":"接口不存在"}}},
  "no_such_method": {"rpc":{"status":405,"code":"METHOD_NOT_ALLOWED","message":{"en":"method not allowed","zh":"请求方法不允许"}},"rest":{"status":405,"code":"SYS_010","message":{"en":"The path does not have this method","zh":"请求方法不允许"}}},
  "fault": {"rpc":{"status":500,"code":"INTERNAL_ERROR","message":{"en":"internal server error","zh":"服务器内部错误"}},"rest":{"status":500,"code":"SYS_012","message":{"en":"Internal server error","zh":"服务器内部错误"}}},
  "unavailable": {"rpc":{"status":503,"code":"SERVICE_UNAVAILABLE","message":{"en":"service unavailable, try again later","zh":"服务暂时不可用，请稍后重试"}},"rest":{"status":503,"code":"SYS_005","message":{"en":"The service is not available, try again later","zh":"服务暂时不可用"}}},
} as const

export type FailureReason = keyof typeof failures

/**
 * How a request can break the contract: what that is called in the body and in the query (of a value of the right
 * type the field's `x-failure-reason` goes before), and its sentence. `{characters}` is the field's
 * `x-pattern-message`; a field that is missing may have an `x-missing-message`, which stands for `{problem}`.
 */
export const problems = {
  "unknown_field": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"unknown field {field}","zh":"未知字段 {field}"}},
  "unknown_parameter": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"unknown query parameter {field}","zh":"未知的查询参数 {field}"}},
  "missing": {"reason":{"body":"missing_field","query":"missing_field"},"message":{"en":"{field} is required","zh":"{field} 为必填项"}},
  "empty": {"reason":{"body":"nothing_to_update","query":"nothing_to_update"},"message":{"en":"no fields to update","zh":"没有需要更新的字段"}},
  "not_json": {"reason":{"body":"not_json","query":"not_json"},"message":{"en":"the body must be valid JSON in UTF-8","zh":"请求体必须是有效的 JSON"}},
  "not_object": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"the body must be a JSON object","zh":"请求体必须是 JSON 对象"}},
  "too_deep": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} is nested too deeply","zh":"{field} 嵌套过深"}},
  "wrong_type": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be {type}","zh":"{field} 必须是{type}"}},
  "repeated": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be given once","zh":"{field} 只能出现一次"}},
  "broken_encoding": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"the query has a broken percent-encoding; encode it as UTF-8","zh":"查询字符串的百分号编码有误，请使用 UTF-8 编码"}},
  "not_allowed": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be one of: {expected}","zh":"{field} 必须是以下值之一：{expected}"}},
  "blank": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must not be empty","zh":"{field} 不能为空"}},
  "too_short": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must have at least {expected} characters","zh":"{field} 至少需要 {expected} 个字符"}},
  "too_long": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must have at most {expected} characters","zh":"{field} 最多 {expected} 个字符"}},
  "too_small": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be at least {expected}","zh":"{field} 不能小于 {expected}"}},
  "too_large": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be at most {expected}","zh":"{field} 不能大于 {expected}"}},
  "bad_email": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be an email address in ASCII with a dot in its domain, like name@example.com","zh":"{field} 必须是 ASCII 邮箱地址且域名中包含点号，例如 name@example.com"}},
  "invisible": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must have a character that can be seen, or be empty","zh":"{field} 必须包含可见字符，或留空"}},
  "bad_pattern": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} {characters}","zh":"{field} {characters}"}},
  "bad_characters": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} has characters that are not allowed","zh":"{field} 包含不允许的字符"}},
  "mismatch": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} must be the same as {expected}","zh":"{field} 必须与 {expected} 一致"}},
  "excluded": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} cannot be given together with {expected}","zh":"{field} 不能与 {expected} 同时使用"}},
  "bad_cursor": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} is no cursor: send the nextCursor of a page as it was answered, or begin without {field}","zh":"{field} 不是有效的游标：请原样发送某一页的 nextCursor，或去掉 {field} 从头开始"}},
  "other_order": {"reason":{"body":"invalid_body","query":"invalid_query"},"message":{"en":"{field} is the cursor of a list in another order: send it with {expected}, or begin without {field}","zh":"{field} 是另一种排序的游标：请与 {expected} 一起发送，或去掉 {field} 从头开始"}},
  "page_too_deep": {"reason":{"body":"invalid_body","query":"page_too_deep"},"message":{"en":"{field} reaches {expected} users deep, from the beginning or the end of the list: go on with after, the nextCursor of a page","zh":"{field} 最多可到达距列表开头或结尾 {expected} 个用户的位置：请改用 after（某一页的 nextCursor）继续"}},
  "weak_common": {"reason":{"body":"weak_password","query":"weak_password"},"message":{"en":"{field} is one of the most common passwords; choose another","zh":"{field} 属于常见密码，请更换"}},
  "weak_identity": {"reason":{"body":"weak_password","query":"weak_password"},"message":{"en":"{field} must not be the username, the email address or the name in it","zh":"{field} 不能与用户名、邮箱地址或邮箱名称相同"}},
} as const

export type ProblemKind = keyof typeof problems

/** JSON types in words, for `{type}`. */
export const typeWords = {
  "string": {"en":"a string","zh":"字符串"},
  "integer": {"en":"a whole number, in decimal digits","zh":"十进制整数"},
  "boolean": {"en":"true or false","zh":"true 或 false"},
  "object": {"en":"an object","zh":"对象"},
} as const

/** What was done, by style. */
export const messages = {
  "rpc": {"created":{"en":"user created successfully","zh":"用户创建成功"},"updated":{"en":"user updated successfully","zh":"用户更新成功"},"passwordReset":{"en":"password reset successfully","zh":"密码重置成功"},"sessionsRevoked":{"en":"all sessions revoked successfully","zh":"已撤销全部会话"},"sessionRevoked":{"en":"session revoked successfully","zh":"会话已撤销"},"otherSessionsRevoked":{"en":"all other sessions revoked successfully","zh":"已撤销其他全部会话"},"deleted":{"en":"user deleted successfully","zh":"用户删除成功"},"loggedOut":{"en":"logged out successfully","zh":"已成功登出"},"passwordChanged":{"en":"password updated successfully, please login again","zh":"密码修改成功，请重新登录"}},
  "rest": {"loggedIn":{"en":"Logged in","zh":"登录成功"},"loggedOut":{"en":"Logged out","zh":"登出成功"},"passwordReset":{"en":"Password reset","zh":"密码重置成功"},"passwordChanged":{"en":"Password changed","zh":"密码修改成功"},"created":{"en":"User created","zh":"用户创建成功"},"updated":{"en":"User updated","zh":"用户更新成功"},"deleted":{"en":"User deleted","zh":"用户删除成功"},"sessionRevoked":{"en":"Session ended","zh":"会话已结束"},"otherSessionsRevoked":{"en":"All other sessions ended","zh":"其他会话已全部结束"},"sessionsRevoked":{"en":"All sessions ended","zh":"会话已全部结束"}},
} as const

/** What is refused before there is a request, in the style that owns every path. */
export const earlyFailures = {
  "malformed_request": {"reason":"malformed_request","status":400,"code":"MALFORMED_REQUEST","message":{"en":"malformed HTTP request"}},
  "request_timeout": {"reason":"request_timeout","status":408,"code":"REQUEST_TIMEOUT","message":{"en":"the request took too long to arrive"}},
  "headers_too_large": {"reason":"headers_too_large","status":431,"code":"HEADERS_TOO_LARGE","message":{"en":"the request headers are too large"}},
  "not_implemented": {"reason":"not_implemented","status":501,"code":"NOT_IMPLEMENTED","message":{"en":"this server is no proxy"}},
  "http_version": {"reason":"http_version","status":505,"code":"HTTP_VERSION_NOT_SUPPORTED","message":{"en":"this server speaks HTTP/1.1, not HTTP/2"}},
  "chunk_extensions": {"reason":"body_too_large","status":413,"code":"PAYLOAD_TOO_LARGE","message":{"en":"the extensions of the chunks are too large"}},
  "too_many_ahead": {"reason":"rate_limited","status":429,"code":"RATE_LIMIT_EXCEEDED","message":{"en":"more than {limit} requests were sent ahead of their answers"}},
  "host_missing": {"reason":"malformed_request","status":400,"code":"MALFORMED_REQUEST","message":{"en":"the header Host is missing"}},
  "host_repeated": {"reason":"malformed_request","status":400,"code":"MALFORMED_REQUEST","message":{"en":"the header Host must be sent once"}},
  "host_malformed": {"reason":"malformed_request","status":400,"code":"MALFORMED_REQUEST","message":{"en":"the header Host must be a host and may have a port"}},
} as const

/** The operations that ask for no token. */
export const publicOperations = [
  "Rest.Auth.login",
  "Rest.Auth.refresh",
  "Rpc.Auth.login",
  "Rpc.Auth.refresh"
] as const

export type PublicOperation = (typeof publicOperations)[number]
