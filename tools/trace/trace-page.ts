import type { Trace } from "./jaeger-trace.ts";
import { extentOf, grouped, rowsOf, type Group } from "./span-tree.ts";
import { durationText, shortService } from "./waterfall.ts";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? character);
}

const colours = ["#2f6f9f", "#3d8b5c", "#9a6a2f", "#7b5aa6", "#5f6b76"] as const;

const style = `
  :root { color-scheme: light dark; font: 13px/1.5 system-ui, sans-serif; }
  body { margin: 1.5rem; max-width: 1600px; }
  h1 { font-size: 1.1rem; margin: 0 0 .2rem; }
  p { margin: 0 0 1rem; opacity: .75; }
  code { font: 12px ui-monospace, monospace; }
  table { border-collapse: collapse; width: 100%; table-layout: fixed; }
  th { text-align: left; font-weight: 600; padding: .2rem .4rem; border-bottom: 1px solid #8886; }
  td { padding: .1rem .4rem; border-bottom: 1px solid #8882; vertical-align: middle; }
  td.name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  td.time, th.time { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .track { position: relative; height: .9rem; }
  .bar { position: absolute; top: 0; height: 100%; min-width: 2px; border-radius: 2px; }
  .failed td { background: #c0392b22; }
  .failed .bar { background: #c0392b !important; }
  .service { opacity: .6; }
  details { margin: 0; }
  summary { cursor: pointer; list-style: none; overflow: hidden; text-overflow: ellipsis; }
  dl { margin: .2rem 0 .4rem 1rem; white-space: normal; font: 12px ui-monospace, monospace; }
  dt { opacity: .6; float: left; clear: left; margin-right: .6rem; }
  dd { margin: 0; overflow-wrap: anywhere; }
`;

function facts({ span }: Group): string {
  const rows = [...span.tags].map(
    ([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(String(value))}</dd>`,
  );
  return rows.length === 0 ? "" : `<dl>${rows.join("")}</dl>`;
}

interface Frame {
  readonly startMs: number;
  readonly ms: number;
  readonly colourOf: (service: string) => string;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}

function rowOf(group: Group, { startMs, ms, colourOf }: Frame): string {
  const { span, depth, count } = group;
  const after = span.startMs - startMs;
  const place = `left:${percent(after / ms)};width:${percent(group.ms / ms)}`;
  const times = count > 1 ? ` ×${count}` : "";
  const name = `<span class="service">${escaped(shortService(span.service))}</span> ${escaped(span.name)}${times}`;
  const row = group.failed > 0 ? '<tr class="failed">' : "<tr>";
  return `${row}<td class="name" style="padding-left:${0.4 + depth * 1.1}rem"><details><summary>${name}</summary>${facts(group)}</details></td><td class="time">${durationText(after)}</td><td><div class="track"><div class="bar" style="${place};background:${colourOf(span.service)}"></div></div></td><td class="time">${durationText(group.ms)}</td></tr>`;
}

/** A trace as one page that needs nothing else; a click on a name shows what is known of it. */
export function tracePage(trace: Trace): string {
  const { startMs, ms } = extentOf(trace);
  const services = [...new Set(trace.spans.map(({ service }) => service))];
  const colourOf = (service: string): string =>
    colours[services.indexOf(service) % colours.length] ?? colours[0];
  const rows = grouped(rowsOf(trace)).map((group) => rowOf(group, { startMs, ms, colourOf }));
  const when = new Date(startMs).toISOString();
  const summary = `${trace.spans.length} spans of ${services.map(shortService).join(", ")}, ${durationText(ms)} from ${when}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Trace ${escaped(trace.id)}</title>
<style>${style}</style>
<h1>Trace <code>${escaped(trace.id)}</code></h1>
<p>${escaped(summary)}</p>
<table>
<colgroup><col style="width:34%"><col style="width:6.5rem"><col><col style="width:6.5rem"></colgroup>
<tr><th>what</th><th class="time">after</th><th></th><th class="time">took</th></tr>
${rows.join("\n")}
</table>
</html>
`;
}
