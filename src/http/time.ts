/** A moment as both styles write it: UTC, whole seconds (RFC 3339). */
export function presentTime(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`
}
