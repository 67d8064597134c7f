import { publicText } from "../public-text.ts";

/**
 * What ffmpeg 7 says after an error has ended one of its threads: which others end with it. The
 * error itself stands above these lines.
 */
const consequences = [
  /(Task finished with error|Terminating thread with return) code/,
  /Error (sending frames to consumers|binding)/,
  /Error (re)?initializing filters|Error while filtering|Failed to configure (in|out)put pad/,
  /Error while opening encoder|Error selecting an encoder|Could not open encoder before EOF/,
  /Nothing was written into output file|Conversion failed!/,
  /Error opening (input|output)( files?\b|:)/,
  /Error parsing (global )?options|Failed to set value|To ignore this, add a trailing/,
  /Cannot determine format of input \S+ after EOF|Consider increasing the value/,
  /Last message repeated/,
] as const;

function isConsequence(line: string): boolean {
  return consequences.some((pattern) => pattern.test(line));
}

/** The line that says why: the nearest one at or above `index` that is more than a consequence. */
export function causeLine(lines: readonly string[], index: number): string | undefined {
  return lines.slice(0, index + 1).findLast((line) => !isConsequence(line)) ?? lines[index];
}

/** How a part of ffmpeg that speaks is called in a sentence; undefined for its inner workings. */
function speakerName(context: string): string | undefined {
  const [, track, codec] =
    /^[vas]ist#\d+:(\d+)(?:\/(\S+))?$/.exec(context) ??
    /input from stream \d+:(\d+)$/.exec(context) ??
    [];
  if (track !== undefined)
    return codec === undefined ? `track ${track}` : `track ${track} (${codec})`;
  const [, encoder] = /^[vas]ost#\d+:\d+\/(\S+)$/.exec(context) ?? [];
  if (encoder !== undefined) return encoder;
  if (/^(dec|enc):|#\d|^AVFilterGraph$/.test(context)) return undefined;
  return /^Parsed_(\w+)_\d+$/.exec(context)?.[1] ?? context;
}

const contexts = /^(?:\[[^\]]+\] ?)+/;

/** `[vist#0:0/h264 @ 0x5…] [dec:h264 @ 0x6…] Text` as `track 0 (h264): Text`. */
export function plainLine(line: string): string {
  const clean = publicText(line).trim();
  const [prefix = ""] = contexts.exec(clean) ?? [];
  const names = [...prefix.matchAll(/\[([^\]]+)\]/g)].map(([, context = ""]) => context);
  const text = clean.slice(prefix.length);
  const speaker = names.map(speakerName).find((name) => name !== undefined);
  return speaker === undefined ? text : `${speaker}: ${text}`;
}
