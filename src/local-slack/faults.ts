// The faults that are thrown on purpose, and how often each still strikes.
import type { Fault, FaultKind } from './contract.ts'
import { newId } from './workspace/ids.ts'

export interface Faults {
  list(): Fault[]
  set(fault: Omit<Fault, 'id'>): Fault
  clear(id?: string): void
  /** The fault that strikes now, counted down; method is left out for faults of delivery. */
  strike(kind: FaultKind, method?: string): Fault | null
  /** Whether one stands, without counting it. */
  stands(kind: FaultKind): boolean
}

export const createFaults = (onChange: (faults: Fault[]) => void): Faults => {
  let faults: Fault[] = []
  const replace = (next: Fault[]) => {
    faults = next
    onChange(faults)
  }
  return {
    list: () => faults,
    set: (wanted) => {
      const fault = { id: newId('X'), ...wanted }
      replace([...faults, fault])
      return fault
    },
    clear: (id) => replace(id === undefined ? [] : faults.filter((fault) => fault.id !== id)),
    strike: (kind, method) => {
      const hit = faults.find(
        (fault) =>
          fault.kind === kind && (fault.method === null || method === undefined || fault.method === method),
      )
      if (!hit) return null
      if (hit.count !== null) {
        const left = hit.count - 1
        replace(
          left > 0
            ? faults.map((fault) => (fault.id === hit.id ? { ...fault, count: left } : fault))
            : faults.filter((fault) => fault.id !== hit.id),
        )
      }
      return hit
    },
    stands: (kind) => faults.some((fault) => fault.kind === kind),
  }
}
