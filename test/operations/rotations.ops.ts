import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Type } from "typebox";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { followJob, getJob, type Api } from "../../tools/demo/client.ts";
import { parseAs } from "../../tools/parse.ts";
import { own } from "../../tools/paths.ts";
import { up } from "../../tools/stack.ts";
import { writeWhole } from "../../tools/steps.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import {
  ask,
  clip,
  finishedJob,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";

describeClusterOnFailure();

/** What the node was set up with. The numbers stay in it: whoever deploys after this must not lower them. */
const stackFile = join(own, "Pulumi.local.yaml");

const Count = Type.Integer({ minimum: 0 });

/** Rotates every secret once more, as docs/runbooks/rotate-secrets.md says: a number in the stack file, one higher. */
function rotateInFile(): void {
  const stack = parseDocument(readFileSync(stackFile, "utf8"));
  for (const secret of ["database", "databaseOwner", "broker", "playback", "workerAdmin"]) {
    const path = ["config", "framewright:rotations", secret];
    const before = parseAs(Count, stack.getIn(path) ?? 0, `rotations.${secret}`);
    stack.setIn(path, before + 1);
  }
  writeWhole(stackFile, stack.toString());
}

interface Asked {
  requests: number;
  readonly failed: string[];
}

/** Reads, writes and plays until it is told to stop; what did not succeed is kept. */
async function keepAsking(api: Api, playbackUrl: string, stop: AbortSignal): Promise<Asked> {
  const asked: Asked = { requests: 0, failed: [] };
  const once = async (what: string, request: () => Promise<Response>): Promise<void> => {
    asked.requests += 1;
    try {
      const response = await request();
      await response.arrayBuffer();
      if (!response.ok) asked.failed.push(`${what}: ${response.status}`);
    } catch (error) {
      asked.failed.push(`${what}: ${String(error)}`);
    }
  };
  const upload = { filename: "a.mp4", contentType: "video/mp4", sizeBytes: 1000 };
  while (!stop.aborted) {
    await Promise.all([
      once("list", () => ask(api, "/v1/jobs?limit=1")),
      once("upload", () => ask(api, "/v1/uploads", { body: upload })),
      once("play", () => fetch(playbackUrl)),
    ]);
    await sleep(200);
  }
  return asked;
}

async function playbackUrlOf(api: Api, jobId: string): Promise<string> {
  const { playbackUrl } = await getJob(api, jobId);
  if (playbackUrl === undefined) throw new Error(`job ${jobId} has nothing to play`);
  return playbackUrl;
}

test("every secret is rotated twice while clients read, write and play, and no request fails", async () => {
  const api = await platform();
  const { id: jobId } = await finishedJob(api);
  const first = await playbackUrlOf(api, jobId);
  for (const count of [1, 2]) {
    const stop = new AbortController();
    const asking = keepAsking(api, await playbackUrlOf(api, jobId), stop.signal);
    rotateInFile();
    const { changed } = await up(() => undefined, stackFile);
    const { id } = await submit(api, await clip(shortClip));
    const job = await followJob(api, id, () => undefined, patienceMs);
    stop.abort();
    const { requests, failed } = await asking;
    console.log(
      `rotation ${count}: ${changed} resources changed, ${requests} requests, ${failed.length} failed`,
    );
    expect(failed).toEqual([]);
    expect(job.state).toBe("succeeded");
  }
  // Signed two rotations ago: it is good no longer, and the job's own page has another.
  expect((await fetch(first)).status).toBe(404);
  expect((await fetch(await playbackUrlOf(api, jobId))).status).toBe(200);
});
