import { expect, test } from "vitest";
import { followJob } from "../../tools/demo/client.ts";
import { up } from "../../tools/stack.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import {
  clip,
  finishedJob,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";
import { keepAsking, playbackUrlOf } from "../support/operations/asking.ts";
import { rotateInFile, stackFile } from "../support/operations/stack-file.ts";

describeClusterOnFailure();

test("every secret is rotated twice while clients read, write and play, and no request fails", async () => {
  const api = await platform();
  const { id: jobId } = await finishedJob(api);
  const first = await playbackUrlOf(api, jobId);
  for (const count of [1, 2]) {
    const stop = new AbortController();
    const asking = keepAsking(api, await playbackUrlOf(api, jobId), stop.signal);
    rotateInFile("database", "databaseOwner", "broker", "playback", "workerAdmin");
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
