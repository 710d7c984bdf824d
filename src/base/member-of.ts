/** What an object itself has by a name that somebody else chose: never what all objects inherit, as `constructor` and `__proto__`. */
export function memberOf<Value>(object: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}
