/** Of JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

export const object = (description: string, properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema => ({ type: ['object', 'null'], description, additionalProperties: false, properties, ...more })
export const text = (description: string, more: Schema = {}): Schema => ({ type: ['string', 'null'], description, ...more })
export const flag = (description: string, value?: boolean): Schema => ({ type: ['boolean', 'null'], description, ...(value === undefined ? {} : { default: value }) })
export const whole = (description: string, value: number, minimum: number, maximum: number): Schema => ({ type: ['integer', 'null'], description, default: value, minimum, maximum })
export const choice = (description: string, values: readonly string[], value: string): Schema => ({ enum: [...values, null], description, default: value })
export const textMap = (description: string, more: Schema = {}): Schema => ({ type: ['object', 'null'], description, additionalProperties: { type: 'string' }, ...more })
export const texts = (description: string, more: Schema = {}): Schema => ({ type: ['array', 'null'], description, items: { type: 'string' }, ...more })
