"""The HTML page's style: readable on a phone, in the dark and on paper."""

STYLE = """
:root { --ink: #1b1f24; --soft: #57606a; --page: #ffffff; --shade: #f3f5f7; --line: #d0d7de; --link: #0550ae;
  --critical: #b42318; --warning: #b25e09; --failed: #8250df; --unknown: #0969da; --skipped: #6e7781;
  --clear: #1a7f37; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9da7b3; --page: #0d1117; --shade: #161b22; --line: #3d444d; --link: #79b8ff;
    --critical: #ff7b72; --warning: #e3a03c; --failed: #bc8cff; --unknown: #58a6ff; --skipped: #8b949e;
    --clear: #3fb950; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin-top: 2.2rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
p, li, dd, dt, td, th, pre, figcaption { unicode-bidi: isolate; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; padding: 0; list-style: none; }
.badge { display: inline-block; margin: 0; padding: .1rem .7rem; border: 2px solid; border-radius: 1rem;
  font-weight: 700; }
.badge.critical { color: var(--critical); } .badge.warning { color: var(--warning); }
.badge.incomplete { color: var(--unknown); } .badge.clear { color: var(--clear); }
.detail { margin: 0; color: var(--soft); }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: .8rem; }
dt { color: var(--soft); } dd { margin: 0; }
pre { padding: .8rem; background: var(--shade); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; font: 14px/1.45 ui-monospace, monospace; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; min-width: 100%; font-size: 14px; }
th, td { padding: .35rem .6rem; border: 1px solid var(--line); text-align: start; vertical-align: top;
  min-width: 4.6rem; overflow-wrap: normal; }
th { background: var(--shade); } td { max-width: 32rem; overflow-wrap: break-word; white-space: pre-wrap; }
figure { margin: 0; } figcaption { color: var(--soft); }
svg { display: block; width: 100%; min-width: 44rem; height: auto; font: 14px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .axis { fill: var(--soft); text-anchor: middle; font-size: 12px; }
svg .phase { fill: var(--soft); font-weight: 700; font-size: 12px; }
.band.odd { fill: var(--shade); } .band.even { fill: var(--page); }
.tick { stroke: var(--line); } .path { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; }
.bar { fill: var(--unknown); } .bar.critical { fill: var(--critical); } .bar.warning { fill: var(--warning); }
.bar.failed, .bar.timed_out { fill: var(--failed); } .bar.skipped { fill: var(--skipped); }
.bar.clear { fill: var(--clear); } .bar.critical-path { stroke: var(--ink); stroke-width: 2.5; }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr; gap: 0; } dl > div + div { margin-top: .4rem; } }
@media print {
  body { font-size: 11pt; } main { max-width: none; padding: 0; } nav { display: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .wide { overflow: visible; } svg { min-width: 0; } pre, tr, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""
