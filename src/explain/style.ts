// The look of an explained run: light, dark and on paper; nothing is loaded from anywhere.
export const style = `
:root { color-scheme: light dark; --ink: #1d2329; --soft: #57606a; --line: #d8dee4; --page: #f6f7f9; --card: #fff;
  --accent: #1f5fa8; --good: #1a7f4b; --bad: #b42318; --wait: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa4af; --line: #32383f; --page: #15181c;
  --card: #1d2126; --accent: #7db4f0; --good: #56c98d; --bad: #ff8f85; --wait: #e6b455; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header p { margin: 0; color: var(--soft); }
h1 { margin: 0.1rem 0 0.4rem; font-size: 1.7rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.75rem; font-size: 1.1rem; }
h2 small { display: block; font-weight: 400; font-size: 0.85rem; color: var(--soft); }
h3 { margin: 1rem 0 0.4rem; font-size: 0.95rem; }
section p, footer p { margin: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem;
  margin-top: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.25rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: 0.86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0.75rem 0 0; padding: 0.75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page);
  white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.92em; }
th { text-align: left; font-weight: 500; color: var(--soft); }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; }
td { overflow-wrap: anywhere; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
ol.what { list-style: none; margin: 0; padding: 0; }
ol.what li { display: grid; grid-template-columns: 12.5rem 1fr; gap: 0.1rem 1rem; padding: 0.4rem 0;
  border-top: 1px solid var(--line); }
ol.what li:first-child { border-top: 0; }
ol.what time, .soft { color: var(--soft); }
ul.rules { list-style: none; margin: 0.4rem 0 0; padding: 0; }
ul.rules li { padding: 0.15rem 0 0.15rem 1.4rem; text-indent: -1.4rem; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0 0.55rem; border: 1px solid currentColor; border-radius: 99px;
  font-size: 0.85em; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); } a { color: var(--accent); }
footer { margin-top: 1.25rem; color: var(--soft); font-size: 0.85rem; }
@media (max-width: 40rem) { main { padding: 1rem 0.75rem; } dl, ol.what li { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.4rem; } section { padding: 0.9rem; } th, td { min-width: 6rem; } }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --card: #fff; --accent: #000;
  --good: #000; --bad: #000; --wait: #000; } body { font-size: 10pt; } main { max-width: none; padding: 0; }
  section { border-radius: 0; border-width: 1px 0 0; padding: 0.6rem 0; } tr, li { break-inside: avoid; }
  h2 { break-after: avoid; } .scroll { overflow: visible; } }
`
