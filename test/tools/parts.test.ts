import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { imagesWith, runnableImages } from "../../tools/images/image-table.ts";
import { chosenParts, fullParts, stackFileWith, type Part } from "../../tools/parts.ts";

it.each([
  { args: [], chosen: [] },
  { args: ["--full"], chosen: fullParts },
  { args: ["--with", "logs,monitoring"], chosen: ["monitoring", "logs"] },
  { args: ["--with", "rooms"], chosen: ["egress", "rooms"] },
])("$args chooses $chosen", ({ args, chosen }) => {
  expect(chosenParts(args)).toEqual(chosen);
});

it("refuses a part that is none, and names those that are", () => {
  expect(() => chosenParts(["--with", "monitoring,grafana"])).toThrow(
    'There is no part "grafana". Parts are: autoscaling, monitoring, tracing, logs, egress, rooms, pages, models',
  );
});

it("turns chosen parts on in the stack file, and changes nothing else of it", () => {
  const text = readFileSync("Pulumi.local.yaml", "utf8");
  const on = parse(stackFileWith(text, ["logs"])) as { config: Record<string, unknown> };
  const { "framewright:logs": logs, ...rest } = on.config;
  expect(logs).toEqual({ enabled: true });
  expect({ ...on, config: rest }).toEqual(parse(text));
});

it("keeps what the stack file says of a part, with its comments", () => {
  const text = readFileSync("Pulumi.local.yaml", "utf8").replace(
    "config:\n",
    `config:
  # A month of figures.
  framewright:monitoring:
    enabled: false
    storage: 50Gi # of the large disk
    resources: { requests: { memory: 1Gi } }
`,
  );
  const on = stackFileWith(text, ["monitoring", "autoscaling"]);
  expect(on).toContain("# A month of figures.");
  expect(on).toContain("storage: 50Gi # of the large disk");
  const { config } = parse(on) as { config: Record<string, unknown> };
  expect(config["framewright:monitoring"]).toEqual({
    enabled: true,
    storage: "50Gi",
    resources: { requests: { cpu: "50m", memory: "1Gi" }, limits: { cpu: "none" } },
  });
  expect(config["framewright:workers"]).toMatchObject({ cpu: { replicas: { min: 1, max: 3 } } });
});

it("turns a part on that is in the section of another, and leaves that as it is", () => {
  const text = readFileSync("Pulumi.local.yaml", "utf8");
  const on = parse(stackFileWith(text, ["egress", "rooms"])) as {
    config: { "framewright:egress": object };
  };
  expect(on.config["framewright:egress"]).toMatchObject({
    enabled: true,
    proxy: { replicas: { min: 1, max: 1 } },
    livekit: { enabled: true, resources: { requests: { cpu: "50m" } } },
  });
});

it("turns on all services of models, which are many sections", () => {
  const text = readFileSync("Pulumi.local.yaml", "utf8");
  const on = parse(stackFileWith(text, ["models"])) as { config: Record<string, object> };
  const own = { enabled: true, preset: "own", reserved: { cpu: "20m", memory: "384Mi" } };
  expect(on.config["framewright:modelServices"]).toMatchObject({ stt: own, mt: own, tts: own });
  expect(on.config).not.toHaveProperty("framewright:models");
});

it("lets a model go to no pod where something can bring it back", () => {
  const text = readFileSync("Pulumi.local.yaml", "utf8");
  const replicasOf = (on: readonly Part[]) => {
    const { config } = parse(stackFileWith(text, on)) as {
      config: { "framewright:modelServices": { tts: { replicas?: unknown } } };
    };
    return config["framewright:modelServices"].tts.replicas;
  };
  expect(replicasOf(["models"])).toBeUndefined();
  expect(replicasOf(["autoscaling", "models"])).toEqual({ min: 0, max: 1 });
});

it("has the object store show a certificate where clients come by the edge", () => {
  const text = readFileSync("Pulumi.local.yaml", "utf8");
  const storeOf = (on: readonly Part[]) => {
    const { config } = parse(stackFileWith(text, on)) as {
      config: { "framewright:objectStore": { tls?: string } };
    };
    return config["framewright:objectStore"].tls;
  };
  expect(storeOf(["tls"])).toBeUndefined();
  expect(storeOf(["edge", "tls"])).toBe("required");
});

it("has models only where they are named", () => {
  expect(chosenParts(["--full"])).not.toContain("models");
  expect(chosenParts(["--with", "models"])).toEqual(["models"]);
});

it("builds no image of a part that nobody asked for", () => {
  expect(imagesWith([])).toEqual(runnableImages);
});
