import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { textFilter } from "@framewright/media/burnt-text.ts";
import { JobFailure } from "../failure.ts";
import type { MediaTools } from "./ffmpeg.ts";
import { writeAss } from "./subtitles/ass.ts";
import { readCoverage, type Coverage } from "./subtitles/glyphs.ts";

/** What text is drawn with. */
export interface Fonts {
  /** Of fontconfig: it knows this one folder, and nothing of the machine. */
  readonly configPath: string;
  /** Read once, when the first job needs it. */
  readonly coverage: () => Promise<Coverage>;
}

/** Where fontconfig finds its config. */
export const fontsVariable = "FONTCONFIG_FILE";

export function fontsConfigPath(workDir: string): string {
  return join(workDir, "fonts.conf");
}

function inXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Written whole, as workers of one machine may share the folder. */
async function writeConfig(path: string, folder: string): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await writeFile(
    fresh,
    `<?xml version="1.0"?><fontconfig><dir>${inXml(folder)}</dir></fontconfig>\n`,
  );
  await rename(fresh, path);
}

interface FontArgs {
  readonly workDir: string;
  /** With fonts in it and below. */
  readonly folder: string;
}

export async function prepareFonts({ workDir, folder }: FontArgs): Promise<Fonts> {
  const configPath = fontsConfigPath(workDir);
  await writeConfig(configPath, folder);
  let coverage: Promise<Coverage> | undefined;
  return { configPath, coverage: () => (coverage ??= readCoverage(folder)) };
}

const size = { width: 64, height: 64 };

/** The reason why text cannot be drawn here; nothing where a letter was seen on black. */
export async function drawingProblem(
  tools: MediaTools,
  { configPath }: Fonts,
  workDir: string,
): Promise<string | undefined> {
  const path = join(workDir, `letter-${process.pid}.ass`);
  const look = { size: 0.15, margin: 0.4 };
  const cues = [{ start: 0, end: 1000, text: "M" }];
  await writeFile(path, writeAss({ cues, film: size, look, hasGlyph: () => true }));
  const input = `color=black:s=${size.width}x${size.height}:d=1:r=1`;
  const args = [
    ...["-nostdin", "-v", "error", "-f", "lavfi", "-i", input],
    ...["-vf", `format=gray,${textFilter({ path })}`, "-f", "rawvideo", "-"],
  ];
  const options = { signal: AbortSignal.timeout(30_000), encoding: "latin1" } as const;
  try {
    const seen = await tools.run("ffmpeg", args, { ...options, reads: [path, configPath] });
    return Buffer.from(seen, "latin1").some((value) => value > 128)
      ? undefined
      : "no letter is drawn";
  } catch (error) {
    return error instanceof JobFailure ? (error.detail ?? error.message) : String(error);
  } finally {
    await rm(path, { force: true });
  }
}
