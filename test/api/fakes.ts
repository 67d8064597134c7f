import { aTranscript } from "../support/dub-lines.ts";
import { pino } from "pino";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import type { AuditEntry } from "@framewright/contracts/audit.ts";
import { defaultJobLimits } from "@framewright/contracts/job-limits.ts";
import { defaultKeyScopes, keyScopes, type KeyScope } from "@framewright/contracts/client-api.ts";
import { buildClientApp } from "../../api/routes/client-app.ts";
import { EventStreams } from "../../api/routes/event-streams.ts";
import type { EarlyState } from "../../api/jobs/early-playback.ts";
import type { ClientService } from "../../api/jobs/client-service.ts";
import { inputOf } from "../../api/jobs/request.ts";
import { AppError } from "../../api/errors.ts";
import { newId } from "../../api/ids.ts";
import type { EventRow, JobRow } from "../../api/jobs/rows.ts";
import type { Upload } from "@framewright/contracts/upload.ts";
import type { KeyStore } from "../../api/keys/key-store.ts";
import { createCallers } from "../../api/keys/callers.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { createMetrics } from "../../api/metrics.ts";
import { localNotifier } from "../../api/backends/notifier.ts";
import { createPlanner } from "../../api/jobs/planner.ts";
import { noTus, type FakeClientOptions } from "./fake-client-options.ts";
import { fakeEgress } from "./fake-egress.ts";
import { fakeWorkers } from "./fake-worker-admin.ts";
import { columnsOf, noSource } from "./fake-source.ts";
import { FakeStore } from "./fake-store.ts";
import { fakeProjects } from "./fake-projects.ts";
import { aMultipartUpload } from "./fake-upload.ts";
import { fakeGlossaries } from "./fake-glossaries.ts";
import { fakeWebhooks } from "./fake-webhooks.ts";
import { sampleResult } from "./api-under-test.ts";
import { FakeDb } from "./fake-engine.ts";
import { builtIn } from "../support/profiles.ts";

export const clientKey = generateKey(clientKeyKind);
const projectId = "00000000-0000-7000-8000-000000000001";
export const playbackSecret = "a secret for playback";

export function jobRow(change: Partial<JobRow> = {}): JobRow {
  return {
    id: newId(),
    project_id: projectId,
    kind: "transcode",
    ...{ ...noSource, upload_id: newId() },
    file_name: null,
    metadata: {},
    deadline: null,
    profile: "hls-720p",
    ladder: null,
    edit: null,
    outputs: null,
    priority: "normal",
    class: "cpu.720p",
    state: "queued",
    attempt: 0,
    cancel_requested: false,
    progress: null,
    result: null,
    published_attempt: null,
    error: null,
    created_at: new Date("2026-11-21T10:00:00Z"),
    started_at: null,
    finished_at: null,
    traceparent: null,
    attempts: [],
    ...change,
  };
}

export function succeededRow(change: Partial<JobRow> = {}): JobRow {
  return jobRow({
    state: "succeeded",
    attempt: 2,
    published_attempt: 2,
    result: sampleResult(),
    started_at: new Date("2026-11-21T10:00:02Z"),
    finished_at: new Date("2026-11-21T10:01:00Z"),
    ...change,
  });
}

/** Jobs in a list, as if Postgres held them. */
class FakeClientService implements ClientService {
  jobRows: JobRow[] = [];
  eventRows: EventRow[] = [];
  readonly submissions: Parameters<ClientService["submit"]>[0][] = [];
  readonly cancelled: string[] = [];
  readonly deleted: string[] = [];
  entries: AuditEntry[] = [];
  readonly uploads: unknown[] = [];
  uploadState: Upload["state"] = "complete";

  createUpload: ClientService["createUpload"] = (_project, body) => {
    this.uploads.push(body);
    if (body.multipart === true) {
      const { partBytes, parts } = aMultipartUpload;
      return Promise.resolve({ uploadId: newId(), method: "multipart", partBytes, parts });
    }
    return Promise.resolve({
      uploadId: newId(),
      method: "PUT",
      url: "http://store.test/upload",
      headers: { "content-type": body.contentType },
      expiresAt: new Date().toISOString(),
    });
  };
  earlyState: EarlyState = { is: "gone" };
  readonly early: ClientService["early"] = () => Promise.resolve(this.earlyState);
  upload: ClientService["upload"] = (_project, uploadId) =>
    Promise.resolve({ ...aMultipartUpload, uploadId });
  presignParts: ClientService["presignParts"] = (_project, _upload, { parts }) =>
    Promise.resolve({
      parts: parts.map(({ number, md5 }) => ({
        number,
        url: "http://store.test/part",
        headers: { "content-md5": md5 },
        sizeBytes: aMultipartUpload.partBytes,
        expiresAt: new Date().toISOString(),
      })),
    });
  completeUpload: ClientService["completeUpload"] = (_by, uploadId) =>
    Promise.resolve({ ...aMultipartUpload, uploadId, state: this.uploadState });
  deleteUpload: ClientService["deleteUpload"] = (_by, uploadId) => {
    this.deleted.push(uploadId);
    return Promise.resolve();
  };
  transcript: ClientService["transcript"] = (_project, jobId) =>
    Promise.resolve(aTranscript(jobId));
  correctTranscript: ClientService["correctTranscript"] = (_by, { jobId }) =>
    Promise.resolve(aTranscript(jobId));
  submit: ClientService["submit"] = (submission) => {
    const row = jobRow(columnsOf(inputOf(submission.body)));
    this.submissions.push(submission);
    this.jobRows.push(row);
    return Promise.resolve(row.id);
  };
  job: ClientService["job"] = (project, jobId) => {
    const row = this.jobRows.find(({ id, project_id }) => id === jobId && project_id === project);
    if (!row) return Promise.reject(new AppError("job-not-found", `There is no job ${jobId}`));
    return Promise.resolve(row);
  };
  jobs: ClientService["jobs"] = ({ state, metadata, olderThan, limit }) =>
    Promise.resolve(
      this.jobRows
        .filter((row) =>
          metadata.every((pair) =>
            Object.entries(pair).every(([key, value]) => row.metadata[key] === value),
          ),
        )
        .filter((row) => state === undefined || row.state === state)
        .filter((row) => olderThan === undefined || row.id < olderThan)
        .toSorted((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit),
    );
  place: ClientService["place"] = ({ state }) =>
    Promise.resolve(state === "queued" ? { position: 3, startsInMs: 60_000 } : undefined);
  cancel: ClientService["cancel"] = (_project, jobId) => {
    this.cancelled.push(jobId);
    return Promise.resolve();
  };
  deleteJob: ClientService["deleteJob"] = (_by, jobId) => {
    this.deleted.push(jobId);
    this.jobRows = this.jobRows.filter(({ id }) => id !== jobId);
    return Promise.resolve();
  };
  writes: ClientService["writes"] = ({ olderThan, limit }) =>
    Promise.resolve(
      this.entries
        .filter(({ id }) => olderThan === undefined || id < olderThan)
        .toSorted((a, b) => b.id - a.id)
        .slice(0, limit),
    );
  events: ClientService["events"] = (_job, afterId) =>
    Promise.resolve(this.eventRows.filter(({ id }) => Number(id) > afterId));
  published: ClientService["published"] = (jobId) =>
    Promise.resolve(this.jobRows.find(({ id }) => id === jobId)?.published_attempt ?? undefined);
}

const fakeKeys: Pick<KeyStore, "create" | "list" | "revoke"> = {
  create: (_project, { name, scopes = [...defaultKeyScopes] }) =>
    Promise.resolve({
      id: newId(),
      name,
      scopes,
      prefix: "fw_live_12345678",
      createdAt: new Date().toISOString(),
      key: generateKey(clientKeyKind),
    }),
  list: () => Promise.resolve([]),
  revoke: (_project, keyId) =>
    Promise.reject(new AppError("key-not-found", `There is no key ${keyId}`)),
};

/** Building an app takes 60 ms; tests share one where they can, and each starts with fresh data behind it. */
export async function fakeClientApp({
  rateLimitPerMinute = 100_000,
  openStreams = 1000,
  limits = defaultJobLimits,
  tokens,
  tus = noTus,
}: FakeClientOptions = {}) {
  let service = new FakeClientService();
  let store = new FakeStore();
  const delegate: ClientService = {
    createUpload: (...args) => service.createUpload(...args),
    upload: (...args) => service.upload(...args),
    presignParts: (...args) => service.presignParts(...args),
    completeUpload: (...args) => service.completeUpload(...args),
    deleteUpload: (...args) => service.deleteUpload(...args),
    submit: (...args) => service.submit(...args),
    job: (...args) => service.job(...args),
    transcript: (...args) => service.transcript(...args),
    correctTranscript: (...args) => service.correctTranscript(...args),
    jobs: (...args) => service.jobs(...args),
    place: (...args) => service.place(...args),
    cancel: (...args) => service.cancel(...args),
    deleteJob: (...args) => service.deleteJob(...args),
    writes: (...args) => service.writes(...args),
    events: (...args) => service.events(...args),
    published: (...args) => service.published(...args),
    early: (...args) => service.early(...args),
  };
  let scopes: readonly KeyScope[] = keyScopes;
  const authenticate: KeyStore["authenticate"] = (key) =>
    Promise.resolve(
      key === clientKey ? { keyId: "key-1", keyName: "tests", projectId, scopes } : undefined,
    );
  const closing = new AbortController();
  const notifier = localNotifier();
  const app = await buildClientApp({
    deps: {
      ...{ service: delegate, tus, inputBuckets: new Map() },
      callers: createCallers({ authenticate, isActive: () => Promise.resolve(true) }, tokens),
      keys: fakeKeys,
      projects: fakeProjects,
      webhooks: fakeWebhooks,
      glossaries: fakeGlossaries,
      ...{ workers: fakeWorkers, egress: fakeEgress },
      store: {
        read: (...args) => store.read(...args),
        stat: (...args) => store.stat(...args),
        sizes: (...args) => store.sizes(...args),
      },
      notifier,
      metrics: createMetrics(),
      profiles: builtIn,
      planner: createPlanner({
        db: new FakeDb({ "source-of-upload": [] }),
        profiles: builtIn,
        router: { look: () => Promise.resolve("cpu.720p") },
        limits: limits.encode,
        prices: undefined,
      }),
      limits,
      streams: new EventStreams({ perKey: 100, total: openStreams }),
      links: { publicUrl: "http://api.test", secrets: [playbackSecret], ttlSeconds: 3600 },
      closing: closing.signal,
    },
    log: pino({ level: "silent" }),
    readiness: { report: () => Promise.resolve({ ready: true, checks: {} }) },
    redis: undefined,
    rateLimitPerMinute,
    trustProxyHops: 0,
    version: "0.0.0",
  });
  const fresh = () => {
    service = new FakeClientService();
    store = new FakeStore();
    scopes = keyScopes;
    const setScopes = (wanted: readonly KeyScope[]) => {
      scopes = wanted;
    };
    return { service, store, setScopes };
  };
  return { app, fresh, closing, notifier };
}

let shared: ReturnType<typeof fakeClientApp> | undefined;

/** The same with nothing changed, once for all files that neither close it nor end its streams. */
export function sharedClientApp(): ReturnType<typeof fakeClientApp> {
  shared ??= fakeClientApp();
  return shared;
}
