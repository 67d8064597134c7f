import { stat, writeFile } from "node:fs/promises";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { EgressComplete, EgressParts } from "@framewright/contracts/recorder-api.ts";
import { joinArguments, probeArguments, remuxArguments } from "../media/arguments.ts";
import { runTool } from "../media/run-tool.ts";
import { storeFiles } from "./segment-store.ts";
import { readAll } from "./store.ts";
import { RecordingFailure, type Task } from "./task.ts";

const Probe = Type.Object({
  streams: Type.Array(
    Type.Object({ codec_type: Type.String(), nb_read_packets: Type.Optional(Type.String()) }),
  ),
  format: Type.Object({ duration: Type.String(), size: Type.String() }),
});
type Probe = Static<typeof Probe>;

async function probe({ programs, signal }: Task, path: string): Promise<Probe> {
  const args = probeArguments(path);
  return Value.Parse(Probe, JSON.parse(await runTool(programs, { tool: "ffprobe", args, signal })));
}

/** What the film has to be: as long as its segments, by a second for each time that it was interrupted. */
function requireLength(found: Probe, seconds: number, parts: number): void {
  const length = Number(found.format.duration);
  if (Math.abs(length - seconds) <= Math.max(parts, seconds * 0.01)) return;
  throw new RecordingFailure(
    "output-failed",
    `The MP4 is ${length.toFixed(1)} s long, its segments are ${seconds.toFixed(1)} s`,
  );
}

/** Segments that share an initialisation segment. */
interface FilmPart {
  readonly urls: string[];
  seconds: number;
}

function partsOf(segments: EgressParts["segments"]): FilmPart[] {
  const parts = new Map<string, FilmPart>();
  for (const { part, initUrl, url, seconds } of segments) {
    const known = parts.get(part) ?? { urls: [initUrl], seconds: 0 };
    known.urls.push(url);
    known.seconds += seconds;
    parts.set(part, known);
  }
  return [...parts.values()];
}

async function remuxPart(task: Task, { urls }: FilmPart, output: string): Promise<void> {
  await runTool(task.programs, {
    ...{ tool: "ffmpeg", args: remuxArguments(output), signal: task.signal },
    stdin: readAll(urls, task),
  });
}

async function joinParts(task: Task, files: readonly string[], output: string): Promise<void> {
  const list = `${task.scratch}/parts.txt`;
  await writeFile(list, files.map((file) => `file '${file}'\n`).join(""));
  const args = joinArguments(list, output);
  await runTool(task.programs, { tool: "ffmpeg", args, signal: task.signal });
}

/** Makes the MP4 of everything that the store has of the recording, checks it and stores it. */
export async function makeMp4(
  task: Task,
  segments: EgressParts["segments"],
): Promise<NonNullable<EgressComplete["mp4"]>> {
  const localPath = `${task.scratch}/recording.mp4`;
  const parts = partsOf(segments);
  const [first, ...more] = parts;
  if (first === undefined) throw new Error("a recording without segments has no film");
  if (more.length === 0) {
    await remuxPart(task, first, localPath);
  } else {
    const files = parts.map((_, index) => `${task.scratch}/part${index}.mp4`);
    for (const [index, part] of parts.entries()) {
      await remuxPart(task, part, files[index] ?? localPath);
    }
    await joinParts(task, files, localPath);
  }
  const found = await probe(task, localPath);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  requireLength(found, seconds, parts.length);
  const path = `recording-${task.lease.attempt}.mp4`;
  await storeFiles(task, [{ path, localPath }]);
  const frames = found.streams.find(({ codec_type: type }) => type === "video")?.nb_read_packets;
  return {
    path,
    bytes: (await stat(localPath)).size,
    seconds: Number(found.format.duration),
    ...(frames !== undefined && { frames: Number(frames) }),
  };
}
