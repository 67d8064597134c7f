import { describe, expect, it } from "vitest";
import { modelInputs } from "../../../tools/images/model-source.ts";
import { modelServices, weightFiles } from "../../../tools/models/weights.ts";

describe("an image of a small model", () => {
  it.each(modelServices)(
    "%s is another one when a file of its weights, or a licence, is",
    (service) => {
      const inputs = modelInputs(service).join("\n");
      for (const { sha256, service: of } of weightFiles) {
        expect(inputs.includes(sha256)).toBe(of === service);
      }
      expect(inputs).toContain("Licence: ");
    },
  );

  it("takes wheels alone, for the image's Python and no other, each with its checksum", () => {
    const inputs = modelInputs("stt");
    for (const option of ["--require-hashes", "--only-binary", "--python-version", "3.13"]) {
      expect(inputs).toContain(option);
    }
  });

  it("of one service does not change with the program of another language", () => {
    const names = (service: "stt" | "mt") => modelInputs(service).map((line) => line.split(" ")[0]);
    expect(names("stt")).toContain("models/stt/server.py");
    expect(names("stt")).not.toContain("models/main.ts");
    expect(names("mt")).toContain("models/main.ts");
  });
});
