// Opens the database of its environment and migrates it, as a start does; for tests that end it in the middle.
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/store/open.ts'

const database = await openDatabase(readConfig())
await database.migrate()
await database.close()
