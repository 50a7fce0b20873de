// npm run faults:calendar [-- <lines a change> <seed>]: every change of every zone's clock, 2020 to 2040, against the
// calendar that walks. Minutes, not seconds: test/domain/due-times.test.ts does a sample of it in each run of the tests.
import { compareAt, lostIn, YEARS, zonesWithChange } from '../calendar/compare.ts'
import { seeded } from '../random.ts'
import { changesIn } from '../calendar/walk.ts'

const [lines = 12, seed = 1] = process.argv.slice(2).map(Number)
const random = seeded(seed)
const zones = zonesWithChange()
const found: string[] = []
let changes = 0
const begun = Date.now()
for (const timezone of zones) {
  for (const change of changesIn(timezone, YEARS)) {
    changes += 1
    found.push(...compareAt(timezone, change, { lines, random }))
  }
  found.push(...lostIn(timezone, YEARS))
}
for (const difference of found.slice(0, 50)) console.log(difference)
console.log(
  `${zones.length} zones, ${changes} changes, ${changes * lines} lines and ${zones.length * 20} over all years, ` +
    `ICU time zones ${process.versions['tz']}, ${Math.round((Date.now() - begun) / 1000)} s: ${found.length} differences`,
)
process.exit(found.length === 0 ? 0 : 1)
