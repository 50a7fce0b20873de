// The database of this folder's tests.
export { openTestDatabase, type OpenTestDatabase as TestDatabase } from '../database.ts'
