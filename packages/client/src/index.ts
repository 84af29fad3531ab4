export {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  JanusError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnprocessableError,
} from './errors.ts'
export type { FailureReason, Problem } from './generated/common.ts'
export { contractVersion } from './generated/common.ts'
export { toUlid, toUuid } from './ids.ts'
export { createJanus } from './janus.ts'
export type * from './types.ts'
