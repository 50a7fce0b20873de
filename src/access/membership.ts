// Who is one of us, for whoever decides what somebody may see or do.
export { isMember, type PersonFacts, type Workspace } from '../domain/membership.ts'
export { memberOf } from '../db/members.ts'
