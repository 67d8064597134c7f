import { imageFolder, imageTool } from "../images/tool.ts";
import { outputs } from "../stack.ts";
import type { Api } from "./client.ts";
import type { WorkerTools } from "./verify.ts";

/** The address of the API, from the outputs of the stack. */
export async function platform(): Promise<Api> {
  const { apiUrl, bootstrapApiKey } = await outputs();
  if (typeof apiUrl !== "string" || typeof bootstrapApiKey !== "string") {
    throw new Error("The stack has no outputs apiUrl and bootstrapApiKey. Run `npm run up`.");
  }
  return { url: apiUrl, key: bootstrapApiKey };
}

/** The programs of the worker's image, which run on this machine's files too. */
export async function mediaTools(): Promise<WorkerTools> {
  return {
    ffmpeg: await imageTool("worker", "ffmpeg"),
    ffprobe: await imageTool("worker", "ffprobe"),
    fonts: await imageFolder("worker", "usr/share/fonts"),
  };
}
