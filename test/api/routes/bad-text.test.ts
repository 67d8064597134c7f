import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "@framewright/contracts/client-api.ts";
import { recorderTicket } from "../../../runtime/recorder-ticket.ts";
import { newId } from "../../../api/ids.ts";
import { adminSecret, sampleResult } from "../api-under-test.ts";
import { badTexts, textPlaces } from "../bad-texts.ts";
import { sharedWorkerApp, workerKey } from "../fake-worker-app.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

type Inject = Awaited<ReturnType<typeof sharedClientApp>>["app"]["inject"];
type Method = "GET" | "POST" | "DELETE";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly example?: object } };
  };
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

let client: Awaited<ReturnType<typeof sharedClientApp>>;
let worker: Awaited<ReturnType<typeof sharedWorkerApp>>;
beforeAll(async () => {
  client = await sharedClientApp();
  worker = await sharedWorkerApp();
});

const uuid = newId();
/** Of parameters that only then reach the check of the one with the bad text. */
const goodParameters: Record<string, string> = {
  jobId: uuid,
  egressId: uuid,
  keyId: uuid,
  uploadId: uuid,
  endpointId: uuid,
  deliveryId: uuid,
  attempt: "1",
  from: "en",
  to: "pt",
};

function fill(path: string, parameters: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => parameters[name] ?? "x");
}

async function operations() {
  const document = (await client.app.inject("/openapi.json")).json<Document>();
  return Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([name, { parameters = [], requestBody }]) => ({
      method: name.toUpperCase() as Method,
      path,
      parameters,
      hasBody: requestBody !== undefined,
      sample: requestBody?.content["application/json"].example,
    })),
  );
}

/** A refusal that names the place; the answers of the rest, for a readable difference. */
async function expectRefusals(
  inject: Inject,
  request: { method: Method; url: string; headers: Record<string, string>; sample: object },
) {
  const { sample, ...rest } = request;
  for (const [what, text] of Object.entries(badTexts)) {
    for (const { path, put } of textPlaces(sample)) {
      const payload = JSON.stringify(put(text));
      const headers = { ...rest.headers, "content-type": "application/json" };
      const answer = await inject({ ...rest, headers, payload });
      const { errors = [] } = answer.json<Problem>();
      const title = `${request.method} ${request.url}: ${what} in ${path}`;
      expect([title, answer.statusCode, errors[0]?.path]).toEqual([title, 400, path]);
    }
  }
}

const asClient = { authorization: `Bearer ${clientKey}` };

describe("the client API refuses a text that cannot be stored", () => {
  it("in every field of every body, of which the OpenAPI document has an example", async () => {
    for (const { method, path, hasBody, sample } of await operations()) {
      if (!hasBody) continue;
      if (!sample) throw new Error(`${method} ${path} has a body without an example`);
      await expectRefusals(client.app.inject.bind(client.app), {
        method,
        url: fill(path, goodParameters),
        headers: asClient,
        sample,
      });
    }
  });

  it("in every parameter of every path and query", async () => {
    const seen: string[] = [];
    for (const { method, path, parameters } of await operations()) {
      for (const parameter of parameters) {
        if (parameter.in === "header") continue;
        for (const text of ["a%00b", "a%ED%A0%80b"]) {
          const bad = { ...goodParameters, [parameter.name]: text };
          const query = parameter.in === "query" ? `?${parameter.name}=${text}` : "";
          const url = fill(path, parameter.in === "path" ? bad : goodParameters) + query;
          const { statusCode } = await client.app.inject({ method, url, headers: asClient });
          // Only what is well formed gets as far as the routes; the rest is no path of any file.
          const good = text.includes("%00") ? [400] : [400, 404];
          expect([method, url, good.includes(statusCode)]).toEqual([method, url, true]);
        }
        seen.push(parameter.name);
      }
    }
    expect(seen).toEqual(expect.arrayContaining(["jobId", "keyId", "token", "cursor", "state"]));
  });

  it("in every header that it reads", async () => {
    const seen: string[] = [];
    for (const { method, path, parameters, sample } of await operations()) {
      for (const { name } of parameters.filter((one) => one.in === "header")) {
        const headers = { ...asClient, [name]: "caf\u00e9" };
        const url = fill(path, goodParameters);
        const answer = await client.app.inject({
          method,
          url,
          headers,
          ...(sample && { payload: sample }),
        });
        const { errors = [] } = answer.json<Problem>();
        expect([name, answer.statusCode, errors[0]?.path]).toEqual([name, 400, `headers/${name}`]);
        seen.push(name);
      }
    }
    expect([...new Set(seen)].toSorted()).toEqual([
      "idempotency-key",
      "if-none-match",
      "last-event-id",
      "range",
    ]);
  });
});

const abilities = { accel: "cpu", classes: ["cpu.720p"], encoders: ["libx264"], version: "1" };
const { source, ...result } = sampleResult();
const track = { name: "audio-1", playlist: "audio-1/index.m3u8", language: "de", title: "Deutsch" };
const attempt = "/v1/jobs/:jobId/attempts/:attempt";

/** A good body of every route of the worker API that takes one; a new route needs a row. */
const workerBodies: Record<string, object> = {
  "/v1/workers": { workerName: "w-0", ...abilities },
  "/api/worker/register": { worker_name: "w-0", ...abilities },
  "/v1/workers/resume": { workerName: "w-0", ...abilities },
  "/v1/workers/key": {},
  "/v1/workers/heartbeat": { draining: false },
  "/v1/workers/connection": {},
  "/v1/jobs/claim": { waitSeconds: 0 },
  "/v1/jobs/:jobId/claim": {},
  [`${attempt}/heartbeat`]: { progress: { stage: "encoding", percent: 1 } },
  [`${attempt}/uploads`]: {
    files: [{ path: "720p/00000.m4s", sizeBytes: 1, contentType: "video/iso.segment" }],
  },
  [`${attempt}/find-steps`]: { names: ["0".repeat(64)] },
  [`${attempt}/keep-step`]: {
    ...{ name: "0".repeat(64), sizeBytes: 1, md5: "XrY7u+Ae7tCTyyK7j1rNww==" },
  },
  [`${attempt}/complete`]: {
    ...result,
    source: { ...source, audio: { codec: "aac", channels: 2, sampleRate: 48_000 } },
    audioTracks: [
      { ...track, codecs: "mp4a.40.2", channels: 2, default: true, averageBandwidth: 1, bytes: 1 },
    ],
    subtitles: [{ ...track, forced: false }],
  },
  [`${attempt}/fail`]: { kind: "input", code: "no-video", message: "m", detail: "d", source },
  [`${attempt}/release`]: { reason: "draining" },
};

const recording = "/v1/egress/:egressId/attempts/:attempt";
const reason = { code: "source-ended", message: "m" };
const segment = { path: "p0/s0.m4s", initPath: "p0/init.mp4" };

/** The same of the routes for recorders. */
const recorderBodies: Record<string, object> = {
  "/v1/egress/claim": { kinds: ["record"], sources: ["rtmp"], region: "eu", waitSeconds: 0 },
  [`${recording}/heartbeat`]: { waitSeconds: 0 },
  [`${recording}/uploads`]: {
    files: [{ path: "p0/s0.m4s", sizeBytes: 1, contentType: "video/iso.segment" }],
  },
  [`${recording}/segments`]: {
    segments: [
      {
        ...{ ...segment, part: 0, number: 0, initBytes: 1, seconds: 2, bytes: 1 },
        at: "2026-11-29T18:00:00.000Z",
      },
    ],
  },
  [`${recording}/snapshots`]: { pictures: [{ path: "snapshots/0.jpg", bytes: 1, atSeconds: 0 }] },
  [`${recording}/stopping`]: { reason },
  [`${recording}/parts`]: { offset: 0 },
  [`${recording}/complete`]: {
    mp4: { path: "recording.mp4", bytes: 1, seconds: 1, frames: 1 },
    warnings: ["w"],
  },
  [`${recording}/fail`]: { reason, again: false },
  [`${recording}/release`]: {},
};

/** The routes of an app without a document, from the tree that Fastify prints. */
function postRoutes(tree: string): string[] {
  const parents: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const match = /^(.*)[├└]── (\S+) \((.*)\)$/.exec(line);
    if (!match) return [];
    const [, indent = "", part = "", methods = ""] = match;
    const depth = indent.length / 4;
    parents.splice(depth, parents.length, (parents[depth - 1] ?? "") + part);
    return methods.split(", ").includes("POST") ? [parents[depth] ?? ""] : [];
  });
}

describe("the worker API refuses a text that cannot be stored", () => {
  it("on every route, each of which has a row here", async () => {
    await worker.app.ready();
    const routes = postRoutes(worker.app.printRoutes({ commonPrefix: false }));
    const rows = { ...workerBodies, ...recorderBodies };
    expect(routes.toSorted()).toEqual(Object.keys(rows).toSorted());
  });

  it.each(Object.entries(workerBodies))("in every field of %s", async (path, sample) => {
    const secret = /register$|workers$/.test(path) ? adminSecret : workerKey;
    await expectRefusals(worker.app.inject.bind(worker.app), {
      method: "POST",
      url: path.replace(":jobId", uuid).replace(":attempt", "1"),
      headers: { authorization: `Bearer ${secret}` },
      sample,
    });
  });
});

it.each(Object.entries(recorderBodies))(
  "a recorder's text that cannot be stored is refused in every field of %s",
  async (path, sample) => {
    await expectRefusals(worker.app.inject.bind(worker.app), {
      method: "POST",
      url: path.replace(":egressId", uuid).replace(":attempt", "1"),
      headers: {
        authorization: `Bearer ${recorderTicket(adminSecret, "r-0")}`,
        "x-recorder": "r-0",
      },
      sample,
    });
  },
);

describe("the announcement of an output", () => {
  const announce = (file: object) =>
    worker.app.inject({
      method: "POST",
      url: `/v1/jobs/${uuid}/attempts/1/uploads`,
      headers: { authorization: `Bearer ${workerKey}` },
      payload: {
        files: [{ path: "a.m4s", sizeBytes: 1, contentType: "video/iso.segment", ...file }],
      },
    });

  it.each([
    ["sizeBytes", 0],
    ["sizeBytes", 5 * 1024 ** 3 + 1],
    ["sizeBytes", 1e21],
    ["sizeBytes", -1],
    ["contentType", "video/iso.segment\r\nx-evil: 1"],
    ["contentType", "text/html"],
    ["contentType", ""],
  ])("with %s %j is refused, and the field is named", async (field, value) => {
    const answer = await announce({ [field]: value });
    const { errors = [] } = answer.json<Problem>();
    expect([answer.statusCode, errors[0]?.path]).toEqual([400, `body/files/0/${field}`]);
  });
});

it.each(["w\n0", "w\r\n0", "w\u00070", "w\u20280"])(
  "a name has one line, unlike %j",
  async (name) => {
    const answers = await Promise.all([
      worker.app.inject({
        method: "POST",
        url: "/v1/workers",
        headers: { authorization: `Bearer ${adminSecret}` },
        payload: { workerName: name, ...abilities },
      }),
      client.app.inject({
        method: "POST",
        url: "/v1/api-keys",
        headers: asClient,
        payload: { name },
      }),
      client.app.inject({
        method: "POST",
        url: "/v1/uploads",
        headers: asClient,
        payload: { filename: name, contentType: "video/mp4", sizeBytes: 1 },
      }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400]);
  },
);
