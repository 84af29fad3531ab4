import type { UserChange } from './users/user.ts'

/**
 * What happened, and to whom; fields by their names, never a value, a password, a token or a name
 * that was typed.
 */
export type EventDetails =
  | { readonly event: 'user_changed'; readonly userId: string; readonly fields: readonly (keyof UserChange)[] }
  | {
      /** By somebody else. */
      readonly event: 'password_reset'
      readonly userId: string
      /** Given where its owner has to change it. */
      readonly mustChange?: true
    }
  | {
      readonly event:
        | 'user_created'
        | 'user_deleted'
        /** By its owner. */
        | 'password_changed'
        /** Its locks were lifted, by somebody else. */
        | 'login_unlocked'
      readonly userId: string
    }
  | {
      readonly event: /** A new key will sign. */
        | 'key_rotated'
        /** A key that may have leaked verifies no more. */
        | 'key_retired'
      readonly kid: string
    }
  | {
      /** Every session of the user was ended. */
      readonly event: 'sessions_revoked'
      readonly userId: string
      /** But for this one. */
      readonly exceptSessionId?: string
    }
  | {
      readonly event: /** A login. */
        | 'session_started'
        | 'session_refreshed'
        /** A logout, an end by its owner or an administrator, one too many, or a reused token. */
        | 'session_ended'
        | 'refresh_token_reused'
      readonly userId: string
      readonly sessionId: string
    }
  | {
      readonly event: 'login_failed' | 'wrong_current_password'
      /** Null where nobody has the name that was typed. */
      readonly userId: string | null
      /** Whether no other try from this address is let in for now. */
      readonly locked: boolean
    }
  | {
      /** By a lock; told once for each lock of an account at a prefix. */
      readonly event: 'login_refused'
      /** Null where nobody has the name that was typed. */
      readonly userId: string | null
    }

/** Who did it, from where and when. */
export interface EventContext {
  /** Null where no access token was shown, as at a login. */
  readonly callerId: string | null
  readonly requestId: string
  readonly address: string
  readonly userAgent: string | null
  readonly at: Date
}

export type DomainEvent = EventDetails & EventContext

/**
 * Takes each event once it is committed. What it throws is dropped: it has to know by itself when
 * it fails.
 */
export type EventSink = (event: DomainEvent) => void
