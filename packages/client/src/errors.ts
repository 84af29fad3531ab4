import type { FailureReason, Problem } from './generated/common.ts'

export interface ErrorFields<Code extends string> {
  readonly code: Code
  readonly status?: number | undefined
  readonly reason?: FailureReason | undefined
  readonly problems?: readonly Problem[] | undefined
  readonly requestId?: string | undefined
  readonly retryAfter?: number | undefined
  readonly response?: Response | undefined
  readonly cause?: unknown
}

/**
 * Why a call has failed. None of it holds a password or a token: neither the message nor what
 * `JSON.stringify` or `console.log` make of it.
 */
export class JanusError<Code extends string = string> extends Error {
  override name = 'JanusError'
  /** Stable, for programs: of the answer, or of this client (`ClientCode`). */
  declare readonly code: Code
  /** HTTP status; undefined where no answer came. */
  declare readonly status: number | undefined
  /** Why, in words that both styles share; undefined where the service did not say. */
  declare readonly reason: FailureReason | undefined
  /** What is wrong with which field. */
  declare readonly problems: readonly Problem[]
  /** The name of the request in the service's log: quote it when you ask about the failure. */
  declare readonly requestId: string | undefined
  /** Seconds after which the service wants to be asked again. */
  declare readonly retryAfter: number | undefined
  /** Status and headers of the answer; its body has been read. */
  declare readonly response: Response | undefined

  constructor(message: string, { response, cause, problems, ...others }: ErrorFields<Code>) {
    super(message, cause ? { cause } : {})
    Object.assign(this, others, { problems: problems ?? [] })
    // Not shown by console.log: a screen of headers hides what went wrong.
    Object.defineProperty(this, 'response', { value: response })
  }

  toJSON(): Pick<this, 'name' | 'message' | 'code' | 'status' | 'reason' | 'problems' | 'requestId' | 'retryAfter'> {
    return { ...this, message: this.message }
  }
}

/** The request breaks the contract: 400, and any other status of 4xx without a class of its own. */
export class BadRequestError<Code extends string = string> extends JanusError<Code> {
  override name = 'BadRequestError'
}
/** 401: no session, or what was shown as proof is not good. */
export class AuthenticationError<Code extends string = string> extends JanusError<Code> {
  override name = 'AuthenticationError'
}
/** 403: the caller is known and may not do this. */
export class PermissionError<Code extends string = string> extends JanusError<Code> {
  override name = 'PermissionError'
}
/** 404 */
export class NotFoundError<Code extends string = string> extends JanusError<Code> {
  override name = 'NotFoundError'
}
/** 409: somebody else has it, or it would break what has to hold. */
export class ConflictError<Code extends string = string> extends JanusError<Code> {
  override name = 'ConflictError'
}
/** 422 */
export class UnprocessableError<Code extends string = string> extends JanusError<Code> {
  override name = 'UnprocessableError'
}
/** 429: ask again after `retryAfter` seconds. */
export class RateLimitError<Code extends string = string> extends JanusError<Code> {
  override name = 'RateLimitError'
}
/** 5xx, or an answer that is not the service's. */
export class ServerError<Code extends string = string> extends JanusError<Code> {
  override name = 'ServerError'
}
/** No answer came. */
export class ConnectionError<Code extends string = string> extends JanusError<Code> {
  override name = 'ConnectionError'
}
/** No answer came in time. */
export class TimeoutError<Code extends string = string> extends ConnectionError<Code> {
  override name = 'TimeoutError'
}

const classes: Readonly<Record<string, typeof JanusError>> = {
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableError,
  429: RateLimitError,
}

/** The error with the class of its status. */
export function errorOf(message: string, fields: ErrorFields<string>): JanusError {
  // A number, which serves as a name and as a text.
  const status = fields.status as unknown as string
  const Class = classes[status] ?? (/^4/.test(status) ? BadRequestError : ServerError)
  return new Class(message, fields)
}
