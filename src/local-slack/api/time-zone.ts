// A person's time zone as users.info tells it: IANA name, label, seconds from UTC now.
import { DateTime } from 'luxon'

export const timeZoneOf = (
  tz: string,
  nowMs: number,
): { tz: string; tz_label: string; tz_offset: number } => {
  const there = DateTime.fromMillis(nowMs, { zone: tz })
  return { tz, tz_label: there.offsetNameLong ?? tz, tz_offset: there.isValid ? there.offset * 60 : 0 }
}
