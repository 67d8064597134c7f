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

/** The API, a worker and the model services as plain processes, on real services. */
export interface DubBench {
  readonly models: RunningModels;
  readonly folder: string;
  readonly ffmpeg: string;
  readonly api: Api;
  /** Uploads a file and gives the id of a job that dubs it. */
  submit(file: string, dub: Dub): Promise<string>;
  dubbed(file: string, dub: Dub): Promise<Job>;
  stop(): Promise<void>;
}

export async function startDubBench(): Promise<DubBench> {
  const folder = mkdtempSync(join(tmpdir(), "framewright-dub-"));
  const models = await serveModels(["stt", "mt", "tts"]);
  const state = await prepareState(folder);
  const urls = { stt: models.stt.url, mt: models.mt.url, tts: models.tts.url };
  const clone = join(folder, "clone");
  for (const name of ["api/migrations", "worker", "contracts", "runtime", "media", "profiles"]) {
    mkdirSync(join(clone, name), { recursive: true });
  }
  const tools = await mediaTools();
  const places = { folder, clone };
  const dev = new DevRun({ state, tools, ...places, print: () => undefined, models: urls });
  await dev.start();
  const api = { url: apiUrlOf(state), key: state.apiKey };
  const submit = async (file: string, dub: Dub): Promise<string> => {
    const uploadId = await uploadVideo(api, file);
    return (await createJob(api, uploadId, "hls-720p", { dub })).id;
  };
  return {
    ...{ models, folder, api, submit, ffmpeg: tools.ffmpeg },
    dubbed: async (file, dub) => followJob(api, await submit(file, dub)),
    stop: async () => {
      await dev.stop();
      await models.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
