export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that a share `q` of all is not above. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
