export interface SyntaxMistake {
  readonly offset: number
  readonly message: string
}

const token = /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const blanks = /[ \t\r\n]*/y
const maxDepth = 100

/** Where and why a text is no JSON (RFC 8259), or undefined when it is. `JSON.parse` does not always say where. A key given twice is a mistake too. */
export function findJsonMistake(text: string): SyntaxMistake | undefined {
  try {
    new JsonChecker(text).check()
    return undefined
  } catch (error) {
    if (error instanceof Mistaken) return error.mistake
    throw error
  }
}

class Mistaken extends Error {
  readonly mistake: SyntaxMistake

  constructor(mistake: SyntaxMistake) {
    super(mistake.message)
    this.mistake = mistake
  }
}

class JsonChecker {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  check(): void {
    this.#value(0)
    if (this.#peek() !== '' || this.#at < this.#text.length) throw this.#mistake('the end was expected')
  }

  #value(depth: number): void {
    if (depth > maxDepth) throw this.#mistake(`nothing may be nested more than ${maxDepth} deep`)
    const found = this.#peek()
    if (found === '' || '}],:'.includes(found)) throw this.#mistake(this.#at === this.#text.length ? 'a value was expected, and here is the end' : 'a value was expected')
    this.#at += found.length
    if (found === '{') this.#object(depth)
    if (found === '[') this.#array(depth)
  }

  #object(depth: number): void {
    const keys = new Set<string>()
    if (this.#take('}')) return
    do {
      const key = this.#peek()
      if (!key.startsWith('"')) throw this.#mistake('a key in double quotes was expected')
      if (keys.has(key)) throw this.#mistake(`the key ${key} is given twice`)
      keys.add(key)
      this.#at += key.length
      if (!this.#take(':')) throw this.#mistake('":" was expected')
      this.#value(depth + 1)
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#mistake('"," or "}" was expected')
  }

  #array(depth: number): void {
    if (this.#take(']')) return
    do this.#value(depth + 1)
    while (this.#take(','))
    if (!this.#take(']')) throw this.#mistake('"," or "]" was expected')
  }

  #take(symbol: string): boolean {
    if (this.#peek() !== symbol) return false
    this.#at += symbol.length
    return true
  }

  /** The next token; empty where none stands. */
  #peek(): string {
    blanks.lastIndex = this.#at
    this.#at += blanks.exec(this.#text)?.[0].length ?? 0
    token.lastIndex = this.#at
    return token.exec(this.#text)?.[0] ?? ''
  }

  #mistake(message: string): Mistaken {
    return new Mistaken({ offset: this.#at, message })
  }
}
