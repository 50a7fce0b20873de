// Ids that say what they name and sort by time: run_01h455vb4pex5vsknk084sn02q (TypeID, UUIDv7 inside).
import { typeidUnboxed } from 'typeid-js'

type Kind =
  'bat' | 'dlv' | 'evt' | 'imp' | 'run' | 'dec' | 'att' | 'exc' | 'card' | 'ver' | 'rule' | 'dig' | 'rev'

export const newId = (kind: Kind): string => typeidUnboxed(kind)
