import { WatchqlError } from '../base/errors.ts'

const blank = /[ \t\r\n]*/y
const special = new Set([' ', '\t', '\r', '\n', '=', '!', '(', ')', ',', '<', '>', '"'])

/** Reads a selector's text piece by piece; blanks between pieces do not count. */
export class SelectorText {
  readonly #text: string
  readonly #what: string
  readonly #quotes: boolean
  #at = 0

  constructor(text: string, what: string, { quotes }: { readonly quotes: boolean }) {
    this.#text = text
    this.#what = what
    this.#quotes = quotes
    this.#skipBlanks()
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** Takes the symbol if it stands next. */
  take(symbol: string): boolean {
    if (!this.#text.startsWith(symbol, this.#at)) return false
    this.#at += symbol.length
    this.#skipBlanks()
    return true
  }

  /** Takes the word if it stands next, whole. */
  takeWord(word: string): boolean {
    const before = this.#at
    if (this.#bare() !== word) {
      this.#at = before
      return false
    }
    this.#skipBlanks()
    return true
  }

  word(what: string): string {
    const word = this.optionalWord()
    if (word === '') throw this.invalid(`${what} was expected`)
    return word
  }

  /** The next word; empty where none stands. Double quotes, where they are allowed, hold any characters, with JSON's escapes. */
  optionalWord(): string {
    const word = this.#text[this.#at] === '"' ? this.#quoted() : this.#bare()
    this.#skipBlanks()
    return word
  }

  invalid(why: string): WatchqlError {
    return new WatchqlError('INVALID_SELECTOR', `The ${this.#what} ${JSON.stringify(this.#text)} is not valid near character ${this.#at + 1}: ${why}.`, {
      details: { selector: this.#text, position: this.#at + 1 },
    })
  }

  #bare(): string {
    const start = this.#at
    while (this.#at < this.#text.length && !special.has(this.#text[this.#at] as string)) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  #quoted(): string {
    if (!this.#quotes) throw this.invalid('neither keys nor values stand in quotes')
    const literal = /"(?:[^"\\]|\\.)*"/y
    literal.lastIndex = this.#at
    const found = literal.exec(this.#text)?.[0]
    if (found === undefined) throw this.invalid('this quote is never closed')
    try {
      const word = JSON.parse(found) as string
      this.#at += found.length
      return word
    } catch {
      throw this.invalid('what stands in quotes must be written as in JSON')
    }
  }

  #skipBlanks(): void {
    blank.lastIndex = this.#at
    this.#at += blank.exec(this.#text)?.[0].length ?? 0
  }
}
