import type { Audit } from '../domain/audit/audit.ts'
import type { Query } from '../domain/query.ts'
import type { Sessions } from '../domain/sessions/sessions.ts'
import type { Account } from '../domain/users/account.ts'
import type { Stats } from '../domain/users/stats.ts'
import type { Role } from '../domain/users/user.ts'
import type { Users } from '../domain/users/users.ts'
import type { Contract, StyleDescription } from './contract.ts'
import type { AnyHandler } from './operation.ts'
import type { Permission } from './permissions.ts'

/** What handlers call. */
export interface HandlerDeps {
  readonly users: Users
  readonly sessions: Sessions
  readonly account: Account
  readonly audit: Audit
  readonly stats: () => Query<Stats>
  /** What somebody of that role may do by the operations of that style. */
  readonly permissions: (style: string, role: Role) => Permission[]
  /** Seconds that an access token lives. */
  readonly accessTokenTtl: number
}

/** A failure in the words of the contract, for one request. */
export interface WordedFailure {
  readonly reason: string
  readonly status: number
  /** The stable code of the style. */
  readonly code: string
  readonly message: string
  /** What is wrong where, for failures that list it. */
  readonly problems: readonly { readonly field: string; readonly message: string }[] | undefined
}

/** The request that fails, as far as an envelope may show it. */
export interface FailedRequest {
  readonly method: string
  /** As it came. */
  readonly path: string
  readonly now: Date
}

/**
 * How operations look on the wire: their handlers, and the envelope of their failures. Which
 * operations and paths are a style's, its language and its media type stand in the contract
 * (`x-style`, `x-styles`).
 */
export interface Style {
  /** As `x-styles` calls it. */
  readonly name: string
  createHandlers(deps: HandlerDeps): Readonly<Record<string, AnyHandler>>
  /** @returns the body of the answer */
  failure(failure: WordedFailure, request: FailedRequest): unknown
}

/** A registered style with what the document says of it. */
export type DescribedStyle = Style & StyleDescription

/**
 * Which style answers.
 *
 * @throws Error where a style of the document is not registered
 */
export function createStyleTable(contract: Contract, styles: readonly Style[]) {
  const described = Object.entries(contract.styles).map(([name, description]): DescribedStyle => {
    const style = styles.find((each) => each.name === name)
    if (!style) throw new Error(`the style ${name} of the contract is not registered`)
    return { ...description, ...style }
  })
  /** The longest pattern first. */
  const patterns = described
    .flatMap((style) => style.paths.map((pattern) => ({ style, pattern })))
    .sort((a, b) => b.pattern.length - a.pattern.length)

  return {
    /** @throws Error where it has none */
    ofOperation(operation: object): DescribedStyle {
      const { 'x-style': name } = operation as { 'x-style'?: string }
      const style = described.find((each) => each.name === name)
      if (!style) throw new Error(`there is no style ${name}`)
      return style
    },
    /** @throws Error where no style of the document owns every path */
    ofPath(path: string): DescribedStyle {
      const found = patterns.find(
        ({ pattern }) =>
          // Also `*`, the target of a request to the server as a whole (RFC 9112, 3.2.4).
          pattern === '/*' || (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern),
      )
      if (!found) throw new Error(`no style answers for ${path}`)
      return found.style
    },
  }
}
