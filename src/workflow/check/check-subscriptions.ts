// What is wrong with a subscription of signalbox.yaml.
import type { Standards } from '../../domain/workflow-file/standards.ts'
import { subscriptionCallOf } from '../announce-call.ts'
import type { Path } from '../file/yaml-file.ts'
import { meant } from '../nearest.ts'

interface Fault {
  path: Path
  message: string
  hint?: string | undefined
  severity?: 'warning'
}

export const subscriptionProblems = (
  standards: Standards,
  {
    workflows,
    secretIsSet,
  }: {
    /** All that there are; undefined: it is not known. */
    workflows: readonly string[] | undefined
    secretIsSet: ((name: string) => boolean) | undefined
  },
): Fault[] =>
  Object.entries(standards.subscriptions).flatMap(([name, subscription]): Fault[] => {
    const path = ['subscriptions', name]
    const { faults, secretNames } = subscriptionCallOf(subscription, standards)
    if (faults.length > 0)
      return faults.map(({ message, pointer }) => ({ path: [...path, ...pointer.slice(4)], message }))
    const unset = secretNames.filter((one) => secretIsSet?.(one) === false)
    return [
      ...unset.map((one) => ({
        path: [...path, 'http'],
        message: `secret.${one} is not set`,
        hint: `set ${one} in the environment`,
      })),
      ...(subscription.workflows ?? [])
        .filter((one) => workflows?.includes(one) === false)
        .map((one) => ({
          path: [...path, 'workflows'],
          message: `there is no workflow "${one}"`,
          hint: meant(one, workflows ?? []),
          severity: 'warning' as const,
        })),
    ]
  })
