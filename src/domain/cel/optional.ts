// What `.?` gives: a value, or none.
export interface Optional {
  hasValue: () => boolean
  value: () => unknown
}

export const isOptional = (value: unknown): value is Optional =>
  Object.prototype.toString.call(value) === '[object optional]'
