import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "@framewright/contracts/client-api.ts";
import type { Dub } from "@framewright/contracts/dub.ts";
import { createJob, followJob, uploadVideo, type Api } from "../../tools/demo/client.ts";
import { mediaTools } from "../../tools/demo/platform.ts";
import { DevRun } from "../../tools/dev/dev-run.ts";
import { apiUrlOf } from "../../tools/dev/environment.ts";
import { prepareState } from "../../tools/dev/state.ts";
import { serveModels, type RunningModels } from "../../tools/models/serve.ts";
import { modelServices, type ModelService } from "../../tools/models/weights.ts";
import { countService, type CountedService } from "./counted-service.ts";

/** The API, a worker and the model services as plain processes, on real services. */
export interface DubBench {
  readonly models: RunningModels;
  readonly folder: string;
  readonly ffmpeg: string;
  readonly api: Api;
  /** Uploads a file and gives the id of a job that dubs it. */
  submit(file: string, dub: Dub): Promise<string>;
  dubbed(file: string, dub: Dub): Promise<Job>;
  /** What the worker asks, on its way to the services. */
  readonly counted: Readonly<Record<ModelService, CountedService>>;
  /** Lines of the API and the worker. */
  readonly lines: readonly string[];
  /** Kills the worker as a node that dies does, and starts another one. */
  replaceWorker(): Promise<void>;
  readonly workerPid: () => number;
  stop(): Promise<void>;
}

async function countAll(models: RunningModels) {
  const count = (service: ModelService) => countService(() => models[service].url);
  return { stt: await count("stt"), mt: await count("mt"), tts: await count("tts") };
}

export async function startDubBench(): Promise<DubBench> {
  const folder = mkdtempSync(join(tmpdir(), "framewright-dub-"));
  const models = await serveModels(["stt", "mt", "tts"]);
  const state = await prepareState(folder);
  const counted = await countAll(models);
  const urls = { stt: counted.stt.url, mt: counted.mt.url, tts: counted.tts.url };
  const clone = join(folder, "clone");
  for (const name of ["api/migrations", "worker", "contracts", "runtime", "media", "profiles"]) {
    mkdirSync(join(clone, name), { recursive: true });
  }
  const tools = await mediaTools();
  const places = { folder, clone };
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const dev = new DevRun({ state, tools, ...places, print, models: urls });
  await dev.start();
  const api = { url: apiUrlOf(state), key: state.apiKey };
  const submit = async (file: string, dub: Dub): Promise<string> => {
    const uploadId = await uploadVideo(api, file);
    return (await createJob(api, uploadId, "hls-720p", { dub })).id;
  };
  return {
    ...{ models, folder, api, submit, counted, lines, ffmpeg: tools.ffmpeg },
    replaceWorker: () => dev.replaceWorker(),
    workerPid: () => dev.workerPid,
    dubbed: async (file, dub) => followJob(api, await submit(file, dub)),
    stop: async () => {
      await dev.stop();
      await Promise.all(modelServices.map((name) => counted[name].stop()));
      await models.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
