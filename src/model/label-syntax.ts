const nameSyntax = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/
const subdomainSyntax = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }
/** No label value is longer, and one that is would be costly to read as a number. */
const maxIntegerLength = 64
const rule = 'up to 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit'

/** Why a text is no qualified name (`prefix/name`), or undefined when it is one. */
export function checkQualifiedName(key: string): string | undefined {
  const slash = key.indexOf('/')
  const name = key.slice(slash + 1)
  if (slash !== -1) {
    const prefix = key.slice(0, slash)
    if (prefix.length > 253 || !subdomainSyntax.test(prefix)) return 'what stands before "/" must be a DNS subdomain'
  }
  return name.length > 63 || !nameSyntax.test(name) ? `a name has ${rule}` : undefined
}

/** Why a text is no label value, or undefined when it is one. */
export function checkLabelValue(text: string): string | undefined {
  return text !== '' && (text.length > 63 || !nameSyntax.test(text)) ? `a label value is empty or has ${rule}` : undefined
}

/** Whether a text is a decimal integer of 64 bits, which is what `>` and `<` compare. Leading zeros and signs are fine. */
export function isInt64(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > maxIntegerLength || !/^[+-]?\d+$/.test(text)) return false
  // Shorter ones fit, whatever their digits.
  if (text.length < 19) return true
  const value = BigInt(text)
  return value >= int64.min && value <= int64.max
}
