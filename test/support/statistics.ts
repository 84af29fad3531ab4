/** In the order of the numbers. */
const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b)

/** The value below which this part (0 to 1) of them lies. */
export function quantile(values: readonly number[], part: number): number {
  const ordered = sorted(values)
  return ordered[Math.min(ordered.length - 1, Math.floor(part * ordered.length))] as number
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/**
 * Welch's t of two samples: how many standard errors their means lie apart. That of 4.5 is where a
 * leak by timing counts as shown (Goodwill et al., "A testing methodology for side-channel
 * resistance validation", NIST 2011; dudect).
 */
export function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [moments(one), moments(other)]
  return (a.mean - b.mean) / Math.sqrt(a.variance / one.length + b.variance / other.length)
}

function moments(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance }
}
