// Named places at which a test may kill the process, to see what a crash there leaves behind.
// SIGNALBOX_FAIL_POINT=<name> or <name>:<n> (at the n-th time); unset, nothing happens.
const [wanted, nth = '1'] = (process.env['SIGNALBOX_FAIL_POINT'] ?? '').split(':')
let met = 0

export function failPoint(name: string): void {
  if (name !== wanted) return
  met += 1
  if (met === Number(nth)) process.kill(process.pid, 'SIGKILL')
}
