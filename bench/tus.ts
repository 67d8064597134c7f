import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { idOf, startTus } from "../test/api/tus-under-test.ts";
import { generatedDigest } from "../test/support/tus/generated-file.ts";
import { transfer } from "../test/support/tus/transfer.ts";
import { until } from "../test/api/api-under-test.ts";
import { aboutMachine } from "./figures.ts";

/**
 * An upload by tus-js-client that is killed three times, once by the end of the API: time, checksum, and the most memory
 * that a process of the API had. The file is nowhere stored but in the object store, which needs twice its size on disk.
 */
const { values } = parseArgs({
  options: {
    gibibytes: { type: "string", default: "6" },
    /** Of one request; 0 is the whole file in one. */
    chunkMebibytes: { type: "string", default: "0" },
  },
});

const sizeBytes = Number(values.gibibytes) * 1024 ** 3;
const chunkBytes = Number(values.chunkMebibytes) * 1024 ** 2;
const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;

/** Peak of the resident memory, in MiB (proc(5), VmHWM). */
function peakMebibytes(pid: number | undefined): number {
  const [, kibibytes = "0"] =
    /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid ?? 0}/status`, "utf8")) ?? [];
  return Math.round(Number(kibibytes) / 1024);
}

const tus = await startTus({ UPLOAD_MAX_BYTES: String(sizeBytes) });
try {
  console.log(JSON.stringify({ ...aboutMachine(), sizeBytes, chunkBytes }));
  const idleMebibytes = peakMebibytes(tus.api.pid);
  const peaks: number[] = [];
  const begun = performance.now();
  const { url, clients, resumedAt } = await transfer(
    {
      ...{ endpoint: `${tus.api.url}/v1/tus`, key: tus.key, sizeBytes },
      ...(chunkBytes > 0 && { chunkBytes }),
      metadata: { filename: "long.mp4", filetype: "video/mp4" },
    },
    [
      { atBytes: sizeBytes * 0.2, kill: "client" },
      { atBytes: sizeBytes * 0.5, kill: "server" },
      { atBytes: sizeBytes * 0.8, kill: "client" },
    ],
    async () => {
      peaks.push(peakMebibytes(tus.api.pid));
      await tus.api.end("SIGKILL");
      await tus.api.start();
    },
  );
  const transferSeconds = seconds(begun);
  await until("the file", async () => (await tus.look(idOf(url))).state === "complete", 900_000);
  const totalSeconds = seconds(begun);
  peaks.push(peakMebibytes(tus.api.pid));
  const isSame = (await tus.digestOf(idOf(url))) === generatedDigest(sizeBytes);
  const figures = {
    transferSeconds,
    totalSeconds,
    idleMebibytes,
    peakMebibytes: Math.max(...peaks),
  };
  const mebibytesPerSecond = Math.round(sizeBytes / 1024 ** 2 / transferSeconds);
  console.log(JSON.stringify({ ...figures, mebibytesPerSecond, clients, resumedAt, isSame }));
  if (!isSame) process.exitCode = 1;
} finally {
  await tus.stop();
}
