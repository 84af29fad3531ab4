/**
 * What must not compile of the columns of a user: each line under an `@ts-expect-error` is wrong,
 * and if it ever compiles, `tsc` fails here. Nothing of this runs.
 */
import type { User } from '../../src/domain/users/user.ts'
import { columns, type UserColumns } from '../../src/store/users/user-rows.ts'

const { email, ...withoutEmail } = columns

/** The control: every field compiles. */
export const whole: UserColumns = { email, ...withoutEmail }

// @ts-expect-error: a field has no column
export const forgotten: UserColumns = withoutEmail

// @ts-expect-error: a field that UserChange has is said never to change
export const fixed: UserColumns = { ...columns, email: { ...email, changes: false } }

// @ts-expect-error: a field that UserChange lacks is said to change
export const changing: UserColumns = { ...columns, username: { ...columns.username, changes: true } }

// @ts-expect-error: a moment is read as what the driver gives
export const unread: UserColumns = { ...columns, createdAt: { ...columns.createdAt, read: (value: string) => value } }

/** A user of tomorrow, with a field that the map does not know. */
interface Tomorrow extends User {
  readonly locale: string
}
// @ts-expect-error: a new field has no column
export const tomorrow: Record<keyof Tomorrow, unknown> = columns
