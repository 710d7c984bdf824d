/** Whether the caller has what it would be answered: https://www.rfc-editor.org/rfc/rfc9110#field.if-none-match */
export function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === etag)
}
