// Writes docs/senders.md from the presets: node scripts/senders-page.ts. A test says when the page is behind.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendersPage } from '../src/cli/text/senders-page.ts'

writeFileSync(join(import.meta.dirname, '../docs/senders.md'), sendersPage())
