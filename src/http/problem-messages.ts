import type { Language } from './contract.ts'
import type { Problem, ProblemKind } from './problems.ts'

type Wording = (problem: Problem) => string

const wordings: Record<Language, Record<ProblemKind, Wording>> = {
  en: {
    unknown: ({ field, place }) => (place === 'query' ? `unknown query parameter ${field}` : `unknown field ${field}`),
    missing: ({ field }) => `${field} is required`,
    empty: () => 'no fields to update',
    not_object: () => 'the body must be a JSON object',
    too_deep: ({ field }) => `${field} is nested too deeply`,
    wrong_type: ({ field, expected }) => `${field} must be ${types.en[expected ?? ''] ?? expected}`,
    repeated: ({ field }) => `${field} must be given once`,
    broken_encoding: () => 'the query has a broken percent-encoding; encode it as UTF-8',
    not_allowed: ({ field, expected }) => `${field} must be one of: ${expected}`,
    too_short: ({ field, expected }) =>
      expected === '1' ? `${field} must not be empty` : `${field} must have at least ${characterCount(expected)}`,
    too_long: ({ field, expected }) => `${field} must have at most ${characterCount(expected)}`,
    too_small: ({ field, expected }) => `${field} must be at least ${expected}`,
    too_large: ({ field, expected }) => `${field} must be at most ${expected}`,
    bad_email: ({ field }) =>
      `${field} must be an email address in ASCII with a dot in its domain, like name@example.com`,
    invisible: ({ field }) => `${field} must have a character that can be seen, or be empty`,
    bad_characters: ({ field }) => `${field} ${characters.en[field] ?? 'has characters that are not allowed'}`,
    unknown_action: ({ field }) => `${field} must be one of: reset_password, revoke_sessions`,
    mismatch: ({ field, expected }) => `${field} must be the same as ${expected}`,
    excluded: ({ field, expected }) => `${field} cannot be given together with ${expected}`,
    weak_too_short: ({ field }) => `${field} must have at least 8 characters`,
    weak_too_long: ({ field }) => `${field} must have at most 128 characters`,
    weak_common: ({ field }) => `${field} is one of the most common passwords; choose another`,
    weak_identity: ({ field }) => `${field} must not be the username, the email address or the name in it`,
    weak_not_unicode: ({ field }) => `${field} must be valid Unicode text`,
  },
  zh: {
    unknown: ({ field, place }) => (place === 'query' ? `未知的查询参数 ${field}` : `未知字段 ${field}`),
    missing: ({ field }) => `${field} 为必填项`,
    empty: () => '没有需要更新的字段',
    not_object: () => '请求体必须是 JSON 对象',
    too_deep: ({ field }) => `${field} 嵌套过深`,
    wrong_type: ({ field, expected }) => `${field} 必须是${types.zh[expected ?? ''] ?? expected}`,
    repeated: ({ field }) => `${field} 只能出现一次`,
    broken_encoding: () => '查询字符串的百分号编码有误，请使用 UTF-8 编码',
    not_allowed: ({ field, expected }) => `${field} 必须是以下值之一：${expected}`,
    too_short: ({ field, expected }) =>
      expected === '1' ? `${field} 不能为空` : `${field} 至少需要 ${expected} 个字符`,
    too_long: ({ field, expected }) => `${field} 最多 ${expected} 个字符`,
    too_small: ({ field, expected }) => `${field} 不能小于 ${expected}`,
    too_large: ({ field, expected }) => `${field} 不能大于 ${expected}`,
    bad_email: ({ field }) => `${field} 必须是 ASCII 邮箱地址且域名中包含点号，例如 name@example.com`,
    invisible: ({ field }) => `${field} 必须包含可见字符，或留空`,
    bad_characters: ({ field }) => `${field} ${characters.zh[field] ?? '包含不允许的字符'}`,
    unknown_action: ({ field }) => `${field} 必须是以下值之一：reset_password, revoke_sessions`,
    mismatch: ({ field, expected }) => `${field} 必须与 ${expected} 一致`,
    excluded: ({ field, expected }) => `${field} 不能与 ${expected} 同时使用`,
    weak_too_short: ({ field }) => `${field} 至少需要 8 个字符`,
    weak_too_long: ({ field }) => `${field} 最多 128 个字符`,
    weak_common: ({ field }) => `${field} 属于常见密码，请更换`,
    weak_identity: ({ field }) => `${field} 不能与用户名、邮箱地址或邮箱名称相同`,
    weak_not_unicode: ({ field }) => `${field} 必须是有效的 Unicode 文本`,
  },
}

const characterCount = (expected = '') => `${expected} ${expected === '1' ? 'character' : 'characters'}`

const types: Record<Language, Record<string, string>> = {
  en: {
    string: 'a string',
    integer: 'a whole number, in decimal digits',
    boolean: 'true or false',
    object: 'an object',
  },
  zh: { string: '字符串', integer: '十进制整数', boolean: 'true 或 false', object: '对象' },
}

/** What a pattern of the contract means. */
const characters: Record<Language, Record<string, string>> = {
  en: {
    username: 'may have the characters A-Z a-z 0-9 _ . - alone',
    fullName: 'must not have control characters or broken Unicode',
    search: 'must not be blank or have control characters',
    after: 'must be the id of a user, a ULID or a UUID',
  },
  zh: {
    username: '只能包含 A-Z a-z 0-9 _ . - 字符',
    fullName: '不能包含控制字符或损坏的 Unicode',
    search: '不能为空白或包含控制字符',
    after: '必须是用户标识（ULID 或 UUID）',
  },
}

/** What is wrong, in a sentence that names the field and says what would be right. */
export function describeProblem(problem: Problem, language: Language): string {
  return wordings[language][problem.kind](problem)
}
