import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { UploadTicket } from "@framewright/contracts/upload.ts";
import { getJob, type Api } from "../../../tools/demo/client.ts";
import { parseAs } from "../../../tools/parse.ts";
import { ask } from "../e2e/platform.ts";

export interface Asked {
  requests: number;
  readonly failed: string[];
}

const sizeBytes = 1000;
const upload = { filename: "a.mp4", contentType: "video/mp4", sizeBytes };

/** Reads, writes, stores and plays until it is told to stop; what did not succeed is kept. */
export async function keepAsking(api: Api, playbackUrl: string, stop: AbortSignal): Promise<Asked> {
  const asked: Asked = { requests: 0, failed: [] };
  const once = async (what: string, request: () => Promise<Response>): Promise<unknown> => {
    asked.requests += 1;
    try {
      const response = await request();
      const text = await response.text();
      if (response.ok) return text;
      asked.failed.push(`${what}: ${response.status} ${text.slice(0, 200)}`);
    } catch (error) {
      asked.failed.push(`${what}: ${inspect(error)}`);
    }
    return undefined;
  };
  const store = async (): Promise<void> => {
    const ticket = await once("upload", () => ask(api, "/v1/uploads", { body: upload }));
    if (typeof ticket !== "string") return;
    const { url, headers } = parseAs(UploadTicket, JSON.parse(ticket), "The ticket");
    const body = new Uint8Array(sizeBytes);
    await once("store", () => fetch(url, { method: "PUT", headers, body }));
  };
  while (!stop.aborted) {
    await Promise.all([
      once("list", () => ask(api, "/v1/jobs?limit=1")),
      once("play", () => fetch(playbackUrl)),
      store(),
    ]);
    await sleep(200);
  }
  return asked;
}

export async function playbackUrlOf(api: Api, jobId: string): Promise<string> {
  const { playbackUrl } = await getJob(api, jobId);
  if (playbackUrl === undefined) throw new Error(`job ${jobId} has nothing to play`);
  return playbackUrl;
}
