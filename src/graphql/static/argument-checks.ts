import { WatchqlError } from '../../base/errors.ts'

export function within(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` must be from ${least} to ${most}; it is ${value}.`)
}

export function listed<T>(name: string, list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` may list ${most}; it lists ${list.length}.`)
}

export function moment(name: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isFinite(ms)) return ms
  throw new WatchqlError('INVALID_ARGUMENT', `\`${name}\` must be a time like 2030-01-31T12:00:00Z; it is ${JSON.stringify(text)}.`)
}

export function given<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null
}
