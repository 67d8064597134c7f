import { join } from "node:path";
import { Type, type Static } from "typebox";
import { serveModels, setUpModels, type RunningModels } from "../models/serve.ts";
import { modelServices } from "../models/weights.ts";
import { parseAs } from "../parse.ts";
import { readOr, step, writeWhole } from "../steps.ts";
import { devFolder } from "./state.ts";

const ModelUrls = Type.Object({ stt: Type.String(), mt: Type.String(), tts: Type.String() });

/** Where the services are that hear, translate and speak. */
export type ModelUrls = Static<typeof ModelUrls>;

const urlsFile = join(devFolder, "models.json");

/** Runs the three services beside the others; they end with this process. */
export async function startModels(): Promise<{
  readonly urls: ModelUrls;
  readonly stop: RunningModels["stop"];
}> {
  await setUpModels();
  const running = await step(
    "model services",
    () => serveModels(modelServices),
    () => "loaded",
  );
  const urls = { stt: running.stt.url, mt: running.mt.url, tts: running.tts.url };
  writeWhole(urlsFile, JSON.stringify(urls));
  return { urls, stop: () => running.stop() };
}

/** Of the `npm run dev -- --models` that runs; nothing without `--models`. */
export function savedModels(): ModelUrls | undefined {
  const text = readOr(urlsFile, "");
  return text === "" ? undefined : parseAs(ModelUrls, JSON.parse(text), urlsFile);
}

export function forgetModels(): void {
  writeWhole(urlsFile, "");
}
