/** Where a key stands in sorted keys, or would stand. */
export function positionOf(keys: readonly string[], key: string): number {
  let from = 0
  let to = keys.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((keys[middle] as string) < key) from = middle + 1
    else to = middle
  }
  return from
}

export function insertKey(keys: string[], key: string): void {
  const at = positionOf(keys, key)
  if (keys[at] !== key) keys.splice(at, 0, key)
}

export function removeKey(keys: string[], key: string): void {
  const at = positionOf(keys, key)
  if (keys[at] === key) keys.splice(at, 1)
}
