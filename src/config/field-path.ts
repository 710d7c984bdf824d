import { parsePath } from '../model/path.ts'

/** Why a text is no path to a field, or undefined when it is one. */
export function checkFieldPath(text: string): string | undefined {
  if (text === '') return 'names no field; write a path like status.phase'
  try {
    parsePath(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
