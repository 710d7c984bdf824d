import { and, everything, not, value, type Path, type Predicate } from './predicate.ts'
import { checkLabelValue, checkQualifiedName, isInt64 } from './label-syntax.ts'
import { SelectorText } from './selector-text.ts'

/**
 * Label selectors with exactly Kubernetes' grammar and meaning:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 * `!=` and `notin` also hold where the key is absent. The empty selector selects everything.
 * Throws INVALID_SELECTOR.
 */
export function parseLabelSelector(text: string): Predicate {
  return parse(new SelectorText(text, 'label selector', { quotes: false }), ['metadata', 'labels'], checkLabelValue)
}

/**
 * The same grammar over annotations, whose values are not limited to what labels may hold:
 * values with `,`, `=`, `!`, `<`, `>`, brackets or blanks stand in double quotes.
 */
export function parseAnnotationSelector(text: string): Predicate {
  return parse(new SelectorText(text, 'annotation selector', { quotes: true }), ['metadata', 'annotations'], () => undefined)
}

type CheckValue = (value: string) => string | undefined

function parse(input: SelectorText, root: Path, checkValue: CheckValue): Predicate {
  if (input.atEnd()) return everything
  const terms: Predicate[] = []
  do terms.push(requirement(input, root, checkValue))
  while (input.take(','))
  if (!input.atEnd()) throw input.invalid('"," or the end was expected')
  return and(terms)
}

function requirement(input: SelectorText, root: Path, checkValue: CheckValue): Predicate {
  const negated = input.take('!')
  const key = input.word('a key')
  const wrong = checkQualifiedName(key)
  if (wrong !== undefined) throw input.invalid(`${JSON.stringify(key)} is no key: ${wrong}`)
  const path = [...root, key]
  const present = value(path, { test: 'exists' })
  if (negated) return not(present)

  const checked = (word: string) => {
    const reason = checkValue(word)
    if (reason !== undefined) throw input.invalid(`${JSON.stringify(word)} is no value: ${reason}`)
    return word
  }
  const isIn = (values: readonly string[]) => value(path, { test: 'in', values: values.map(checked) })
  if (input.take('==') || input.take('=')) return isIn([input.optionalWord()])
  if (input.take('!=')) return not(isIn([input.optionalWord()]))
  if (input.take('>')) return value(path, { test: 'integerAbove', bound: checked(integer(input)) })
  if (input.take('<')) return value(path, { test: 'integerBelow', bound: checked(integer(input)) })
  if (input.takeWord('in')) return isIn(list(input))
  if (input.takeWord('notin')) return not(isIn(list(input)))
  return present
}

/** An empty list, `()`, is a list of the empty value. */
function list(input: SelectorText): string[] {
  if (!input.take('(')) throw input.invalid('"(" was expected')
  const values: string[] = []
  do values.push(input.optionalWord())
  while (input.take(','))
  if (!input.take(')')) throw input.invalid('"," or ")" was expected')
  return values
}

function integer(input: SelectorText): string {
  const word = input.word('an integer')
  if (!isInt64(word)) throw input.invalid(`${JSON.stringify(word)} is no integer of 64 bits, and > and < compare those`)
  return word
}
