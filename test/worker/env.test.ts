import { describe, expect, it } from "vitest";
import { workerTokenKind } from "@framewright/contracts/api-key.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { EnvError } from "../../runtime/env.ts";
import { loadWorkerEnv } from "../../worker/env.ts";

const valid = {
  WORKER_API_URL: "http://api:9002/",
  WORKER_ADMIN_SECRET: "s3cret-value",
  WORKER_NAME: "worker-1",
  WORKER_CLASSES: "cpu.720p, cpu.1080p",
};

function problems(env: Record<string, string | undefined>): string {
  try {
    loadWorkerEnv(env);
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  return "no problem";
}

describe("the environment", () => {
  it("has defaults for all but four", () => {
    expect(loadWorkerEnv({ ...valid, PATH: "/bin", SECRET_OF_OTHERS: "x" })).toEqual({
      workerApiUrl: "http://api:9002",
      registrar: { adminSecret: "s3cret-value" },
      workerKeyFile: undefined,
      workerKeySeconds: 86_400,
      store: "public",
      workerName: "worker-1",
      workerClasses: "cpu.720p, cpu.1080p",
      classes: ["cpu.720p", "cpu.1080p"],
      amqpUrl: undefined,
      workerSlots: 1,
      workerAccel: "cpu",
      encoderDevice: "/dev/dri/renderD128",
      hardwareDecode: "off",
      encoderSessions: undefined,
      encoderSessionDir: "/tmp/framewright-encoder-sessions",
      encoderWaitSeconds: 30,
      workDir: "/work",
      workDirBytes: undefined,
      healthPort: 8080,
      logLevel: "info",
      mediaSandbox: "required",
      mediaFonts: "/usr/share/fonts",
      mediaReads: "",
      mediaMemoryBytes: 0,
      mediaFolders: [],
      ffmpegPath: "ffmpeg",
      ffprobePath: "ffprobe",
      threads: 0,
      dubLinesAtOnce: 2,
      lipSyncAtOnce: 2,
      drainSeconds: 20,
      maxSourceBytes: 8589934592,
      maxSourceSeconds: 14400,
      encodeFreeSeconds: 1200,
      encodeSecondsPerMegabyte: 120,
      encodeMaxSeconds720p: 28800,
      encodeMaxSeconds1080p: 43200,
      encodeMaxSeconds2160p: 86400,
      urlInputs: "off",
      urlInputSchemes: "https",
      urlInputPorts: "443",
      urlInputRanges: undefined,
      urlInputMaxBytes: 5 * 1024 ** 3,
      urlInputMaxSeconds: 3600,
      urlInputMaxRedirects: 5,
      urlInput: undefined,
      tracesEndpoint: undefined,
      tracesHeaders: undefined,
      tracesJobRatio: "1",
      tracesRequestRatio: "0.01",
      tracesStatementMs: 5,
      tracing: undefined,
      toolEnv: { PATH: "/bin" },
    });
  });

  it("is refused with everything that is wrong at once", () => {
    const text = problems({ WORKER_SLOTS: "many", WORK_DIR: "work", WORKER_CLASSES: "cpu.8k" });
    expect(text.split("\n")[0]).toBe("6 problems in the environment:");
    for (const name of ["WORKER_API_URL", "WORKER_TICKET_FILE", "WORKER_NAME", "WORKER_SLOTS"]) {
      expect(text).toContain(name);
    }
    expect(text).toContain('WORKER_CLASSES has "cpu.8k"; known are nvenc.720p');
  });

  it("names exactly one way to register", () => {
    const { WORKER_ADMIN_SECRET, ...others } = valid;
    const WORKER_TICKET_FILE = "/run/ticket";
    expect(loadWorkerEnv({ ...others, WORKER_TICKET_FILE }).registrar).toEqual({
      ticketFile: WORKER_TICKET_FILE,
    });
    const both = { ...others, WORKER_ADMIN_SECRET, WORKER_TICKET_FILE };
    for (const env of [others, both, { ...others, WORKER_ADMIN_SECRET: "" }]) {
      expect(problems(env)).toContain(
        "set one of WORKER_ADMIN_SECRET, WORKER_TICKET_FILE and WORKER_TOKEN",
      );
    }
  });

  it("needs a file for the key that a token gives, and with the key no token", () => {
    const others = { ...valid, WORKER_ADMIN_SECRET: undefined };
    const WORKER_TOKEN = generateKey(workerTokenKind);
    const WORKER_KEY_FILE = "/var/lib/worker/key";
    expect(problems({ ...others, WORKER_TOKEN })).toContain("WORKER_TOKEN needs WORKER_KEY_FILE");
    expect(problems({ ...others, WORKER_TOKEN: "fw_join_cut", WORKER_KEY_FILE })).toMatch(
      /WORKER_TOKEN must match pattern .* its value is hidden/,
    );
    const first = loadWorkerEnv({ ...others, WORKER_TOKEN, WORKER_KEY_FILE });
    expect(first.registrar).toEqual({ token: WORKER_TOKEN });
    expect(loadWorkerEnv({ ...others, WORKER_KEY_FILE }).registrar).toBeUndefined();
  });

  it.each([
    ["the public address", {}, "public"],
    ["the address of pods", { AMQP_URL: "amqp://broker" }, "inside"],
    ["what it is told", { AMQP_URL: "amqp://broker", WORKER_STORE: "public" }, "public"],
    ["what it is told", { WORKER_STORE: "inside" }, "inside"],
  ])("says that the worker reaches the store by %s: %j", (_what, more, store) => {
    expect(loadWorkerEnv({ ...valid, ...more }).store).toBe(store);
  });

  it("never shows a secret", () => {
    const text = problems({ ...valid, AMQP_URL: "http://user:hunter2@host" });
    expect(text).toContain("AMQP_URL");
    expect(text).not.toContain("hunter2");
  });

  it("refuses classes of another encoder", () => {
    expect(problems({ ...valid, WORKER_CLASSES: "nvenc.720p" })).toContain(
      'WORKER_CLASSES has "nvenc.720p", but WORKER_ACCEL is "cpu"',
    );
  });
});
