type Unit = readonly [name: string, size: number]

/** The largest unit of which there is one at least; the smallest otherwise. */
function scaled(value: number, units: readonly Unit[]): string {
  const [name, size] = units.find((unit) => value >= unit[1]) ?? (units.at(-1) as Unit)
  return `${short(value / size)} ${name}`.trim()
}

/** Two digits that mean something. */
export const short = (value: number): string =>
  value >= 100 ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ') : String(Number(value.toPrecision(2)))

const sizes: readonly Unit[] = Object.entries({ TB: 1e12, GB: 1e9, MB: 1e6, kB: 1e3 })
/** `15 GB` */
export const bytes = (value: number): string => scaled(value, sizes)

const counts: readonly Unit[] = Object.entries({ G: 1e9, M: 1e6, '': 1 })
/** `15 M` */
export const count = (value: number): string => scaled(value, counts)

/** Of so many users, where something ends. */
export const usersText = (users: number): string => (users > 1e9 ? 'beyond 1 G' : count(users))

const durations: readonly Unit[] = Object.entries({ days: 24, h: 1, min: 1 / 60, s: 1 / 3600 })
/** `15 min`, of hours. */
export const duration = (hours: number): string => scaled(hours, durations)

/** At 100 columns. */
export const wrap = (text: string): string => text.replace(/(?![^\n]{1,100}$)([^\n]{1,100})\s/g, '$1\n')
