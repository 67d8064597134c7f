import type { ApiUnderTest, clientOf } from "./api-under-test.ts";
import { registerWorker } from "./worker-under-test.ts";

/** A job taken all the way; `base` is its playback URL as this machine reaches it. */
export async function publishJob(api: ApiUnderTest, client: ReturnType<typeof clientOf>) {
  const job = await client.submit({ uploadId: await client.upload(), profile: "hls-720p" });
  const worker = await registerWorker(api, `worker-${job.id}`);
  const { body: lease } = await worker.claim(job.id);
  await worker.uploadAll(lease);
  await worker.complete(lease);
  const done = await client.job(job.id);
  return { done, worker, base: (done.playbackUrl ?? "").replace("http://api.test", api.url) };
}
