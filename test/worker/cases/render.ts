import { formatMarkdown } from "../../support/markdown.ts";
import { failures } from "../../../worker/src/failure.ts";
import {
  isRefused,
  type Accepted,
  type Case,
  type Expect,
  type Sound,
  type Subtitles,
  type Theme,
} from "./case.ts";
import type { Gap } from "./table.ts";

const head = `# What can be uploaded

Any video that people's devices write, and sound alone. A file is recognised by its content, never by its name or by what
the upload says of it. It becomes HLS with H.264 and AAC that starts at zero, upright, with square pixels, in colours that
every player shows, with picture and sound together; or the job fails with \`kind: input\` and a reason that names what is
wrong with the file, at the first attempt.

- **Picture**: every size from 16 by 16 pixels to 8K, every rate, progressive or interlaced, SDR or HDR. Nothing is scaled
  up. The rate of the result is that of the fastest part of the source, at most 60 pictures per second or what the
  profile's \`video.maxFps\` says; of a faster one every second picture is kept, or every third and so on.
- **Sound**: every codec that FFmpeg decodes, in any number of channels. A track that cannot be used is left out with a
  warning, as long as something else can be played.
- **Several sounds**: each usable track of the picture's programme, up to eight, becomes a rendition with its language
  (RFC 5646), its title and what it is made for; the chosen one plays by default. Where it has six or more channels of
  known places, the profiles \`hls-1080p\` and \`hls-2160p\` keep it in 5.1, too.
- **Subtitles**: text becomes WebVTT renditions; pictures of text are left out with a warning.
- **Length**: what decodes. Lengths, rates and counts that the file states are not believed.
- **What the job shows**: \`result.warnings\` names what of the file was left out, \`result.choices\` what was chosen and why.
- **Where it comes from**: an upload, or a URL (\`{"input": {"url": "https://..."}}\`) where the operator allows it
  (\`urlInput\` of the stack config, off by default): public addresses, without user name and password, signed links among
  them. A worker fetches the file anew for each attempt, follows redirects that never lead from https to http, and goes on
  after a cut where the server knows ranges. \`GET /v1/limits\` tells schemes, ports, size and time.

The operator sets the longest film and how long an encode may take, by the size of the file (\`limits\` of the stack config);
\`GET /v1/limits\` tells both and the largest upload (\`limits.maxUploadBytes\`: 5 GiB by default, 5 TiB at most). A worker needs twice the
size of the source as scratch space (\`workDirectory\` of each flavour), and the config warns where some have less. Above 5 GiB,
which one PUT of S3 carries, uploads come in parts. A file of a few kilobytes that would be encoded for hours ends with
\`too-much-work\`, which names the estimate and the limit.

Each row below is a file that a test makes, sends through a worker and compares with what is right: length, flashes and
beeps at their times, counted in samples, aspect, colours, fields, kept motion. \`npm run test:inputs\` runs all of them and
plays one of each kind in a browser, \`npm test\` runs the ones marked *.
`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function lengthOf({ seconds, pictureSeconds }: Accepted): string {
  return pictureSeconds === undefined
    ? `${seconds} s`
    : `${seconds} s, picture ${pictureSeconds} s`;
}

function rateOf({ fps }: Accepted): string[] {
  if (!fps) return [];
  return [fps[0] === fps[1] ? `${fps[0]} fps` : `${fps[0]} to ${fps[1]} fps`];
}

function subtitlesOf({ language, forced }: Subtitles): string {
  const words = [forced ? "forced subtitles" : "subtitles", ...(language ? [language] : [])];
  return words.join(" ");
}

function soundOf({ language, channels, madeFor }: Sound): string {
  const words = [
    ...["sound", ...(language ? [language] : [])],
    ...(channels > 2 ? ["in 5.1"] : []),
    ...(madeFor === undefined ? [] : [`(${madeFor})`]),
  ];
  return words.join(" ");
}

function resultOf(wanted: Expect): string {
  if (isRefused(wanted)) return `refused: \`${wanted.refused}\``;
  const { audio, picture, aspect, sounds = [], subtitles = [], warnings = [] } = wanted;
  const tracks = picture === false ? "sound" : audio ? "picture and sound" : "picture";
  const parts = [
    ...[lengthOf(wanted), tracks],
    ...(aspect ? [`${aspect[0]}:${aspect[1]}`] : []),
    ...rateOf(wanted),
    ...sounds.map(soundOf),
    ...subtitles.map(subtitlesOf),
    ...warnings.map((code) => `warning \`${code}\``),
  ];
  return parts.join(", ");
}

function rowOf({ name, property, quick, expect }: Case): string {
  return `| ${cell(property)} | \`${name}\`${quick ? " *" : ""} | ${cell(resultOf(expect))} |`;
}

function themeOf({ title, about, cases }: Theme): string {
  const table = ["| the file | row | result |", "| --- | --- | --- |", ...cases.map(rowOf)];
  return [`## ${title}`, "", about, "", ...table, ""].join("\n");
}

function reasons(): string {
  const rows = Object.entries(failures)
    .filter(([, { kind }]) => kind === "input")
    .map(([code, { message }]) => `| \`${code}\` | ${cell(message)} |`);
  return [
    "## Why a file is refused",
    "",
    "Each of these is final: the same file fails again. The message goes on with what was found, such as the number of the track.",
    "",
    ...["| code | message begins with |", "| --- | --- |", ...rows],
    "",
  ].join("\n");
}

function gapsOf(gaps: readonly Gap[]): string {
  if (gaps.length === 0) return "";
  const rows = gaps.map(
    ({ name, property, reason }) => `| ${cell(property)} | \`${name}\` | ${cell(reason)} |`,
  );
  return [
    "## Known gaps",
    "",
    "| the file | row | what is wrong |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

/** The page docs/inputs.md. */
export function renderInputs(themes: readonly Theme[], gaps: readonly Gap[]): Promise<string> {
  const parts = [head, ...themes.map(themeOf), reasons(), gapsOf(gaps)];
  return formatMarkdown(parts.join("\n"));
}
