import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { completeKey, workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { RegisterRequest } from "@framewright/contracts/worker-api.ts";
import {
  WorkerRefused,
  type Answer,
  type Call,
  type Post,
} from "../../../worker/src/agent/http.ts";
import { Identity, type IdentityArgs } from "../../../worker/src/agent/identity.ts";
import { keyFileAt } from "../../../worker/src/agent/key-file.ts";

const registration: RegisterRequest = {
  ...{ workerName: "w-0", accel: "cpu", classes: ["cpu.720p"] },
  ...{ encoders: ["libx264"], version: "1.0.0" },
};
const workerId = "00000000-0000-4000-8000-000000000002";
const keyOf = (letter: string) => completeKey(workerKeyKind, letter.repeat(30));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "framewright-key-"));
  path = join(folder, "key");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** An API that knows some keys; whatever else is asked is answered by the test. */
function apiWith(known: string[], answers: Partial<Record<string, () => Answer>> = {}) {
  const post = vi.fn<Post>(({ path: asked, headers }: Call) => {
    const given = answers[asked]?.();
    if (given) return Promise.resolve(given);
    const bearer = headers["authorization"]?.replace("Bearer ", "") ?? "";
    if (asked === "/v1/workers") {
      known.push(keyOf("R"));
      return Promise.resolve({ status: 200, body: { workerId, apiKey: keyOf("R") } });
    }
    if (!known.includes(bearer)) return Promise.resolve({ status: 401, body: undefined });
    if (asked === "/v1/workers/resume") return Promise.resolve({ status: 200, body: { workerId } });
    if (asked === "/v1/workers/key") {
      known.push(keyOf("N"));
      return Promise.resolve({ status: 200, body: { apiKey: keyOf("N") } });
    }
    return Promise.resolve({ status: 200, body: {} });
  });
  const sent = () =>
    post.mock.calls.map(([{ path: asked, headers }]) => [
      asked,
      headers["authorization"]?.replace(/^Bearer (fw_wkr_.)?.*$/, "$1"),
    ]);
  return { post, sent };
}

function identity(post: Post, more: Partial<IdentityArgs> = {}) {
  const registrar = () => Promise.resolve("token");
  return new Identity({
    post,
    registration: () => registration,
    registrar,
    keyFile: keyFileAt(path),
    ...more,
  });
}

describe("a worker with a key file", () => {
  it("keeps the key of its registration there, for its user alone", async () => {
    const { post } = apiWith([]);
    await identity(post).register();
    expect(readFileSync(path, "utf8")).toBe(`${keyOf("R")}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("goes on with that key after a restart, and says what it can do now", async () => {
    writeFileSync(path, `${keyOf("F")}\n`);
    const { post, sent } = apiWith([keyOf("F")]);
    await identity(post, { registrar: undefined }).register();
    expect(sent()).toEqual([["/v1/workers/resume", "fw_wkr_F"]]);
    expect(post.mock.lastCall?.[0].body).toEqual(registration);
  });

  it("registers anew when the API does not know that key", async () => {
    writeFileSync(path, keyOf("F"));
    const { post, sent } = apiWith([]);
    await identity(post).register();
    expect(sent()).toEqual([
      ["/v1/workers/resume", "fw_wkr_F"],
      ["/v1/workers", ""],
    ]);
    expect(readFileSync(path, "utf8").trim()).toBe(keyOf("R"));
  });

  it("ends when the API does not know that key and there is nothing to register with", async () => {
    writeFileSync(path, keyOf("F"));
    const onRefused = vi.fn<(refusal: WorkerRefused) => void>();
    const { post } = apiWith([]);
    const worker = identity(post, { registrar: undefined, onRefused });
    await expect(worker.register()).rejects.toThrow("make a token, and set WORKER_TOKEN");
    await expect(worker.register()).rejects.toThrow(WorkerRefused);
    expect(onRefused).toHaveBeenCalledOnce();
  });

  it("does not start with a file that holds something else", async () => {
    writeFileSync(path, "not a key");
    const { post } = apiWith([]);
    await expect(identity(post).register()).rejects.toThrow(`${path} holds no key of a worker`);
    expect(post).not.toHaveBeenCalled();
  });
});

describe("a rotation", () => {
  it("puts the next key on the disk and uses it from then on; a call under way keeps the former", async () => {
    writeFileSync(path, keyOf("F"));
    let answerPoll: (answer: Answer) => void = () => undefined;
    const { post, sent } = apiWith([keyOf("F")]);
    post.mockImplementationOnce(() => Promise.resolve({ status: 200, body: { workerId } }));
    const worker = identity(post);
    await worker.register();
    post.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answerPoll = resolve;
        }),
    );
    const poll = worker.authorised({ path: "/v1/jobs/claim", body: {} });
    await vi.waitFor(() => {
      expect(post).toHaveBeenCalledTimes(2);
    });
    await worker.rotate();
    expect(readFileSync(path, "utf8").trim()).toBe(keyOf("N"));
    answerPoll({ status: 204, body: undefined });
    expect((await poll).status).toBe(204);
    await worker.authorised({ path: "/v1/workers/heartbeat", body: {} });
    expect(sent()).toEqual([
      ["/v1/workers/resume", "fw_wkr_F"],
      ["/v1/jobs/claim", "fw_wkr_F"],
      ["/v1/workers/key", "fw_wkr_F"],
      ["/v1/workers/heartbeat", "fw_wkr_N"],
    ]);
  });

  it("whose answer is lost leaves the former key in use", async () => {
    writeFileSync(path, keyOf("F"));
    const lost = () => ({ status: 200, body: "cut" });
    const { post, sent } = apiWith([keyOf("F")], { "/v1/workers/key": lost });
    const worker = identity(post);
    await expect(worker.rotate()).rejects.toThrow("does not fit the contract");
    await worker.authorised({ path: "/v1/workers/heartbeat", body: {} });
    expect(sent().at(-1)).toEqual(["/v1/workers/heartbeat", "fw_wkr_F"]);
    expect(readFileSync(path, "utf8")).toBe(keyOf("F"));
  });
});
