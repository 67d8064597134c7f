import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { at, call, jsonOf, listOf, textOf } from "./call.ts";
import { checksOf, type Asked } from "./checks.ts";
import { checkedServices, dialectOf, dialects, type CheckedService } from "./dialects.ts";
import { outcomesOf } from "./outcome.ts";
import { readable, reportOf, type Report } from "./report.ts";

export const checkUsage = `npm run models:check -- --url URL --service SERVICE [--dialect DIALECT]

Asks a running service what the platform will ask it, and says what came: passed, failed, or a gap that the dialect is known
for and that the platform does without. Ends with 1 where something failed.

  --url URL            the service, for example http://127.0.0.1:8000
  --service SERVICE    ${checkedServices.join(", ")}
  --dialect DIALECT    ${Object.keys(dialects).join(", ")} (default own)
  --model NAME         by default the first that GET /v1/models lists
  --voice NAME         by default the first that the service lists, of the language where it tells
  --language CODE      of what is said to stt or spoken by tts (default en)
  --source, --target   of the translation (default en, pt)
  --audio FILE         a WAV file for stt or lip-sync instead of our sample, with --text, what is said in it
  --video FILE         an MP4 file for lip-sync with a face, H.264 without sound; ours has a drawn one
  --json               the report as JSON`;

const options = {
  url: { type: "string" },
  service: { type: "string" },
  dialect: { type: "string", default: "own" },
  model: { type: "string" },
  voice: { type: "string" },
  language: { type: "string", default: "en" },
  source: { type: "string", default: "en" },
  target: { type: "string", default: "pt" },
  audio: { type: "string" },
  text: { type: "string" },
  video: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Spoken by Kokoro's voice af_heart. */
const ownSample = {
  file: join(import.meta.dirname, "sample-en.wav"),
  text: "Welcome to the show, today we talk about trains.",
};

function serviceOf(name: string | undefined): CheckedService {
  const service = checkedServices.find((known) => known === name);
  if (service !== undefined) return service;
  throw new Error(`--service must be one of ${checkedServices.join(", ")}; it is "${name ?? ""}"`);
}

function urlOf(text: string | undefined): string {
  if (text !== undefined && /^https?:/.test(text) && URL.canParse(text)) {
    return text.replace(/\/+$/, "");
  }
  throw new Error(`--url must be an address with http or https; it is "${text ?? ""}"`);
}

async function listed(url: string, key: string): Promise<readonly unknown[]> {
  const answer = await call(url);
  return answer.status === 200 ? listOf(at(jsonOf(answer), key)) : [];
}

/** The first voice of the language; servers list names or objects. */
export function chosenVoice(rows: readonly unknown[], language: string): string | undefined {
  const speaks = (row: unknown): boolean =>
    textOf(at(row, "language"))?.toLowerCase().startsWith(language) === true;
  const row = rows.find(speaks) ?? rows[0];
  return textOf(row) ?? textOf(at(row, "id")) ?? textOf(at(row, "name"));
}

interface Given {
  readonly audio?: string | undefined;
  readonly text?: string | undefined;
}

function sampleOf({ audio, text }: Given): Asked["sample"] {
  if ((audio === undefined) !== (text === undefined)) {
    throw new Error("--audio and --text go together: a WAV file, and what is said in it");
  }
  const chosen = audio === undefined ? ownSample : { file: audio, text: text ?? "" };
  return { file: readFileSync(chosen.file), text: chosen.text };
}

/** What is asked for, with names that the service lists where none are given. */
async function askedBy(args: readonly string[]): Promise<{ asked: Asked; json: boolean }> {
  const { values } = parseArgs({ args: [...args], options });
  const { dialect, language, source, target, json } = values;
  const [service, url] = [serviceOf(values.service), urlOf(values.url)];
  dialectOf(dialect, service);
  const sample = sampleOf(values);
  const [firstModel] = values.model === undefined ? await listed(`${url}/v1/models`, "data") : [];
  const voices =
    service === "tts" && values.voice === undefined
      ? await listed(`${url}${dialectOf(dialect, "tts").voices}`, "voices")
      : [];
  const model = values.model ?? textOf(at(firstModel, "id")) ?? "default";
  const voice = values.voice ?? chosenVoice(voices, language) ?? "default";
  const names = { url, service, dialect, model, voice };
  const film = values.video === undefined ? undefined : readFileSync(values.video);
  return { asked: { ...names, language, source, target, sample, film }, json };
}

export async function checkModel(asked: Asked): Promise<Report> {
  return reportOf(asked, await outcomesOf(checksOf(asked)));
}

export async function runCheck(args: readonly string[]): Promise<void> {
  const { asked, json } = await askedBy(args);
  const report = await checkModel(asked);
  console.log(json ? JSON.stringify(report, undefined, 2) : readable(report));
  if (!report.conforms) process.exitCode = 1;
}
