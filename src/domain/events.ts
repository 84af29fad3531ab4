import type { User } from './users/user.ts'

/** By field, its values before and after: null where the user was not there yet. */
export type Changes = {
  readonly [Field in keyof User]?: { readonly from: User[Field] | null; readonly to: User[Field] | null }
}

/**
 * What happened, and to whom; never a password, a hash, a token or a name that was typed and that
 * nobody has. Values of fields go to the audit trail alone (`loggedEvent`).
 */
export type EventDetails =
  | {
      readonly event: 'user_created' | 'user_changed' | 'user_deleted'
      readonly userId: string
      readonly changes: Changes
    }
  | {
      /** By somebody else. */
      readonly event: 'password_reset'
      readonly userId: string
      /** Given where its owner has to change it. */
      readonly mustChange?: true
    }
  | {
      readonly event: /** By its owner. */
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
      /**
       * Of a name that nobody has, keyed, in hexadecimal: people type passwords into the wrong field.
       */
      readonly nameDigest?: string
    }
  | {
      /** By the operator: old events were dropped. */
      readonly event: 'audit_pruned'
      /** The number of the last event that was dropped. */
      readonly dropped: number
      /** The hash of the root that vouched for it, in hexadecimal. */
      readonly root: string
      /** Events of this moment or later were kept; ISO 8601. */
      readonly before: string
    }
  | {
      /** By a lock; told once for each lock of an account at a prefix. */
      readonly event: 'login_refused'
      /** Null where nobody has the name that was typed. */
      readonly userId: string | null
      /** As of a failed login. */
      readonly nameDigest?: string
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

/** An event as the log has it: fields by their names, without their values. */
export type DomainEvent = Readonly<Record<string, unknown>> & Pick<EventDetails, 'event'> & EventContext

/** What of the event goes to the log. */
export function loggedEvent({ event, ...details }: EventDetails, context: EventContext): DomainEvent {
  const { changes, nameDigest: _, ...told } = details as { changes?: Changes; nameDigest?: string }
  return { event, ...told, ...(event === 'user_changed' && { fields: Object.keys(changes ?? {}) }), ...context }
}

/**
 * Takes each event once it is committed. What it throws is dropped: it has to know by itself when
 * it fails.
 */
export type EventSink = (event: DomainEvent) => void
