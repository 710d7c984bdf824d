const nameSyntax = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/
const subdomainSyntax = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
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
