import { BoundedMap } from '../domain/bounded-map.ts'

const dayMs = 86_400_000
/** Dates by the number of their day. */
const dates = new BoundedMap<number, string>(5000)
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))

/** The moment of such a text; a leap second is the second before it. */
export const readTime = (text: string): Date => new Date(text.replace(/:60Z$/, ':59Z'))

/** A moment as both styles write it: UTC, whole seconds (RFC 3339). */
export function presentTime(moment: Date): string {
  const ms = moment.getTime()
  const day = Math.floor(ms / dayMs)
  let date = dates.get(day)
  if (date === undefined) {
    date = moment.toISOString().slice(0, -13)
    dates.set(day, date)
  }
  const seconds = Math.floor((ms - day * dayMs) / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${date}${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}Z`
}
