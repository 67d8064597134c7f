import type { JobError, JobResult, SourceInfo } from "@framewright/contracts/job.ts";
import type {
  HeartbeatResponse,
  Lease,
  RegisterRequest,
  RegisterResponse,
  Settled,
  UploadsResponse,
} from "@framewright/contracts/worker-api.ts";
import { writeMasterPlaylist, writeMediaPlaylist } from "../../media/playlist.ts";
import { adminSecret, call, sampleResult, type ApiUnderTest } from "./api-under-test.ts";

export const sampleFiles: Readonly<Record<string, [type: string, content: string]>> = {
  "master.m3u8": [
    "application/vnd.apple.mpegurl",
    writeMasterPlaylist({
      media: [
        {
          ...{ type: "SUBTITLES", groupId: "subtitles", name: "English", language: "en" },
          ...{ isDefault: false, autoselect: true, uri: "subtitles-1-en/index.m3u8" },
        },
      ],
      variants: [
        {
          ...{ uri: "720p/index.m3u8", bandwidth: 3_000_000, averageBandwidth: 2_800_000 },
          ...{ codecs: "avc1.64001f", picture: { width: 1280, height: 720, fps: 30 } },
          subtitles: "subtitles",
        },
      ],
    }),
  ],
  "poster.jpg": ["image/jpeg", "not really a picture"],
  "720p/index.m3u8": [
    "application/vnd.apple.mpegurl",
    writeMediaPlaylist({ initUri: "init.mp4", segments: [{ uri: "0.m4s", seconds: 6 }] }),
  ],
  "720p/init.mp4": ["video/mp4", "init"],
  "720p/0.m4s": ["video/iso.segment", "0123456789"],
  "subtitles-1-en/index.m3u8": [
    "application/vnd.apple.mpegurl",
    writeMediaPlaylist({ segments: [{ uri: "00000.vtt", seconds: 6 }] }),
  ],
  "subtitles-1-en/00000.vtt": ["text/vtt; charset=utf-8", "WEBVTT\n"],
};

const cpuWorker: Omit<RegisterRequest, "workerName"> = {
  accel: "cpu",
  classes: ["cpu.720p", "cpu.1080p"],
  encoders: ["libx264"],
  version: "test",
};

/** A worker that speaks the worker API and encodes nothing. */
export async function registerWorker(
  api: Pick<ApiUnderTest, "workerUrl">,
  name: string,
  what: Partial<typeof cpuWorker> = {},
) {
  const { body, status } = await call<RegisterResponse>("POST", `${api.workerUrl}/v1/workers`, {
    headers: { authorization: `Bearer ${adminSecret}` },
    body: { ...cpuWorker, ...what, workerName: name },
  });
  if (status !== 200) throw new Error(`not registered: ${JSON.stringify(body)}`);
  const headers = { authorization: `Bearer ${body.apiKey}` };
  const send = <T>(path: string, content: unknown) =>
    call<T>("POST", api.workerUrl + path, { headers, body: content });
  const attempt = <T>(lease: Lease, action: string, content: unknown) =>
    send<T>(`/v1/jobs/${lease.jobId}/attempts/${lease.attempt}/${action}`, content);
  return {
    id: body.workerId,
    key: body.apiKey,
    send,
    claim: (jobId: string) => send<Lease>(`/v1/jobs/${jobId}/claim`, {}),
    claimAny: (waitSeconds = 0) => send<Lease>("/v1/jobs/claim", { waitSeconds }),
    heartbeat: (lease: Lease, percent = 1) =>
      attempt<HeartbeatResponse>(lease, "heartbeat", { progress: { stage: "encoding", percent } }),
    uploadAll: async (lease: Lease, changes: Readonly<Record<string, string>> = {}) => {
      const contentOf = (path: string) => changes[path] ?? sampleFiles[path]?.[1] ?? "";
      const files = Object.entries(sampleFiles).map(([path, [contentType]]) => ({
        path,
        contentType,
        sizeBytes: Buffer.byteLength(contentOf(path)),
      }));
      const { body: tickets, status: code } = await attempt<UploadsResponse>(lease, "uploads", {
        files,
      });
      if (code !== 200) return code;
      for (const { path, url, headers: signed } of tickets.uploads) {
        const body = contentOf(path);
        const put = await fetch(url, { method: "PUT", body, headers: signed });
        if (!put.ok) throw new Error(`PUT ${path} answered ${put.status}: ${await put.text()}`);
      }
      return code;
    },
    complete: (lease: Lease, result: JobResult = sampleResult()) =>
      attempt<Settled>(lease, "complete", result),
    fail: (lease: Lease, kind: JobError["kind"], code = "boom", source?: SourceInfo) =>
      attempt<Settled>(lease, "fail", { kind, code, message: "it did not work", source }),
    release: (lease: Lease, reason: "draining" | "cancelled") =>
      attempt<Settled>(lease, "release", { reason }),
  };
}
export type WorkerUnderTest = Awaited<ReturnType<typeof registerWorker>>;
