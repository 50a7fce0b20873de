// What stands before functions of one kind: the `math` of `math.abs(x)`.
import type { Environment } from '@marcbachmann/cel-js'

/** Types are told apart by their class, so each has one of its own. */
export abstract class Namespace {
  readonly namespace = true
}

export const registerNamespace = (
  environment: Environment,
  name: string,
  { type, Class }: { type: string; Class: new () => Namespace },
): void => {
  environment.registerType(type, Class).registerConstant(name, type, new Class())
}
