import { describe, expect, it } from "vitest";
import { nvencEncoders } from "../../../policy/rules/gpu/nvenc-encoders.ts";
import { evaluate, evaluateStack, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
import { gpuContainer, gpuLabel, gpuPodSpec, requiredNodes } from "./gpu-objects.ts";

type Fields = Record<string, unknown>;

const video = { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,video,utility" };
const encoding = gpuContainer({ env: [video] });

function encoder(changes: Fields = {}) {
  return gpuPodSpec({ containers: [encoding], ...changes });
}

function on(model: string, label = gpuLabel) {
  return encoder({ nodeSelector: { [label]: model } });
}

const nowhere: unknown = expect.stringContaining("does not select nodes with a video encoder");

describe("nvenc-encoders", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(nvencEncoders, make(encoder()))).toEqual([]);
    const bad = encoder({ nodeSelector: { [gpuLabel]: "nvidia-h100-80gb" } });
    const [first, ...more] = evaluate(nvencEncoders, make(bad));
    expect(first).toContain(`${kind} shop/cart: `);
    expect(first).toContain(
      `container "main" encodes video by NVENC and runs on ${gpuLabel}=nvidia-h100-80gb, a GPU without`,
    );
    expect(more).toEqual([]);
  });

  it.each([
    ["nvidia-tesla-t4", gpuLabel],
    ["nvidia-tesla-v100", gpuLabel],
    ["a10g", "karpenter.k8s.aws/instance-gpu-name"],
    ["NVIDIA-A10", "nvidia.com/gpu.product"],
    ["NVIDIA-RTX-A3000", "nvidia.com/gpu.product"],
    ["NVIDIA-A2", "nvidia.com/gpu.product"],
    ["g6.2xlarge", "node.kubernetes.io/instance-type"],
  ])("accepts %s", (model, label) => {
    expect(evaluate(nvencEncoders, deployment(on(model, label)))).toEqual([]);
  });

  it.each([
    ["nvidia-tesla-a100", gpuLabel],
    ["nvidia-a100-80gb", gpuLabel],
    ["nvidia-h100-mega-80gb", gpuLabel],
    ["nvidia-b200", gpuLabel],
    ["nvidia-tesla-a100", "k8s.amazonaws.com/accelerator"],
    ["h200", "karpenter.k8s.aws/instance-gpu-name"],
    ["NVIDIA-A100-SXM4-40GB-SHARED", "nvidia.com/gpu.product"],
    ["NVIDIA-A30", "nvidia.com/gpu.product"],
    ["p4d.24xlarge", "node.kubernetes.io/instance-type"],
    ["a2-highgpu-1g", "node.kubernetes.io/instance-type"],
  ])("refuses %s of the label %s", (model, label) => {
    expect(evaluate(nvencEncoders, deployment(on(model, label)))).toEqual([
      expect.stringContaining(`runs on ${label}=${model}, a GPU without video encoder`),
    ]);
  });

  it("refuses pods that select no GPU model, and any alternative that leads to a wrong one", () => {
    const anywhere = encoder({ nodeSelector: { "nvidia.com/gpu.present": "true" } });
    expect(evaluate(nvencEncoders, deployment(anywhere))).toEqual([nowhere]);
    const term = (...values: string[]) => [{ key: gpuLabel, operator: "In", values }];
    const good = {
      nodeSelector: {},
      affinity: requiredNodes(term("nvidia-l4", "nvidia-tesla-t4")),
    };
    expect(evaluate(nvencEncoders, deployment(encoder(good)))).toEqual([]);
    const bad = {
      nodeSelector: {},
      affinity: requiredNodes(term("nvidia-l4"), term("nvidia-l4", "nvidia-b200")),
    };
    expect(evaluate(nvencEncoders, deployment(encoder(bad)))).toEqual([
      expect.stringContaining("nvidia-b200"),
    ]);
    const any = requiredNodes([{ key: gpuLabel, operator: "Exists" }]);
    expect(
      evaluate(nvencEncoders, deployment(encoder({ nodeSelector: {}, affinity: any }))),
    ).toEqual([nowhere]);
  });

  it.each<[string, Fields]>([
    ["a variable", { env: [video] }],
    ["a word of its command", { command: ["ffmpeg", "-c:v", "h264_nvenc"] }],
    ["a word of its arguments", { args: ["-c:v", "hevc_nvenc"] }],
    ["an element of GStreamer", { args: ["filesrc ! nvh264enc ! filesink"] }],
    ["one that scales over GPUs", { args: ["nvautogpuh265enc"] }],
    ["one of a small computer", { args: ["nvv4l2h264enc"] }],
  ])("knows an encoder by %s", (_, fields) => {
    const spec = gpuPodSpec({ containers: [gpuContainer(fields)], nodeSelector: {} });
    expect(evaluate(nvencEncoders, deployment(spec))).toEqual([nowhere]);
  });

  it.each(["initContainers", "ephemeralContainers"])("looks for encoders in %s too", (list) => {
    const spec = podSpec({ [list]: [container({ env: [video] })] });
    expect(evaluate(nvencEncoders, deployment(spec))).toEqual([nowhere]);
  });

  it.each<[string, Fields]>([
    ["no variable", {}],
    ["only other capabilities", { env: [{ ...video, value: "compute,utility" }] }],
    ["other variables that are unknown", { env: [{ name: "PASSWORD", value: unknown }] }],
    ["arguments that are unknown", { args: unknown }],
    ["an argument that is unknown", { args: ["--url", unknown] }],
  ])("leaves a container with %s alone", (_, fields) => {
    const spec = gpuPodSpec({ containers: [gpuContainer(fields)], nodeSelector: {} });
    expect(evaluate(nvencEncoders, deployment(spec))).toEqual([]);
  });

  it("lets settings name signs, labels and GPUs", () => {
    const spec = gpuPodSpec({
      containers: [gpuContainer({ env: [{ name: "ACCEL", value: "nvenc" }] })],
      nodeSelector: { "example.com/encoder": "yes" },
    });
    const config = { signs: [{ name: "ACCEL", value: "nvenc" }] };
    const labels = [{ key: "example.com/encoder", value: "yes" }];
    expect(evaluate(nvencEncoders, deployment(spec))).toEqual([]);
    expect(evaluate(nvencEncoders, deployment(spec), config)).toEqual([nowhere]);
    expect(evaluate(nvencEncoders, deployment(spec), { ...config, encoderLabels: labels })).toEqual(
      [],
    );
    const wrong = { ...config, encoderLabels: [{ ...labels[0]!, value: "no" }] };
    expect(evaluate(nvencEncoders, deployment(spec), wrong)).toEqual([nowhere]);
    expect(
      evaluate(nvencEncoders, deployment(on("nvidia-l4")), { withoutEncoder: ["l4"] }),
    ).toHaveLength(1);
  });

  it("trusts no label that says encoder beside a GPU that has none", () => {
    const nodeSelector = { "example.com/encoder": "yes", [gpuLabel]: "nvidia-tesla-a100" };
    const config = { encoderLabels: [{ key: "example.com/encoder", value: "yes" }] };
    expect(evaluate(nvencEncoders, deployment(encoder({ nodeSelector })), config)).toHaveLength(1);
  });

  it("leaves an exempt container alone", () => {
    const exempt = [{ name: "cart", container: "main", reason: "only decodes, by NVDEC" }];
    expect(evaluate(nvencEncoders, deployment(on("nvidia-tesla-a100")), { exempt })).toEqual([]);
  });

  it("says that it needs a literal where sign or nodes are unknown", () => {
    const sign = gpuContainer({ env: [{ ...video, value: unknown }] });
    expect(evaluate(nvencEncoders, deployment(gpuPodSpec({ containers: [sign] })))).toEqual([
      expect.stringContaining("env.0.value is not known before the update"),
    ]);
    expect(evaluate(nvencEncoders, deployment(on(unknown)))).toEqual([
      expect.stringContaining("is not known before the update"),
    ]);
  });
});

describe("nvenc-encoders, of signs in a ConfigMap", () => {
  const settings = objectOf("ConfigMap", { data: { [video.name]: video.value, caps: "video" } });
  const options = [{}, { unknownProvider: true }, { stackOnly: true }];

  function taking(fields: Fields, changes: Fields = { nodeSelector: {} }) {
    return deployment(gpuPodSpec({ containers: [gpuContainer(fields)], ...changes }));
  }

  const whole = { envFrom: [{ configMapRef: { name: "cart" } }] };
  const one = {
    env: [{ name: video.name, valueFrom: { configMapKeyRef: { name: "cart", key: "caps" } } }],
  };

  it.each([
    ["all of which it takes", whole, settings],
    ["of which it takes a key", one, settings],
    [
      "of which it takes all behind a prefix",
      { envFrom: [{ prefix: "NVIDIA_", configMapRef: { name: "cart" } }] },
      objectOf("ConfigMap", { data: { DRIVER_CAPABILITIES: "all,video" } }),
    ],
    ["of a list", whole, objectOf("ConfigMapList", { items: [settings.props] })],
  ])("knows an encoder by a ConfigMap %s", (_, fields, map) => {
    for (const option of options) {
      expect(evaluateStack(nvencEncoders, [taking(fields), map], option)).toEqual([nowhere]);
      const placed = taking(fields, {});
      expect(evaluateStack(nvencEncoders, [placed, map], option)).toEqual([]);
    }
  });

  it("knows a ConfigMap without a name of its own by what the pods are made from", () => {
    const nameless = { ...settings, props: { ...settings.props, metadata: { namespace: "shop" } } };
    const made = taking({ envFrom: [{ configMapRef: { name: unknown } }] });
    const id = `${settings.type}::${settings.name}`;
    expect(evaluateStack(nvencEncoders, [{ ...made, madeFrom: { spec: [id] } }, nameless])).toEqual(
      [nowhere],
    );
    expect(evaluateStack(nvencEncoders, [made, nameless])).toEqual([]);
  });

  it.each([
    [
      "in another namespace",
      objectOf("ConfigMap", { data: settings.props["data"] }, { namespace: "other" }),
    ],
    ["of another name", objectOf("ConfigMap", { data: { [video.name]: "video" } }, { name: "b" })],
    ["without signs", objectOf("ConfigMap", { data: { [video.name]: "compute" } })],
    ["that is not of the program", deployment()],
  ])("leaves alone who takes a ConfigMap %s", (_, map) => {
    expect(evaluateStack(nvencEncoders, [taking(whole), map])).toEqual([]);
  });

  it("says that it needs a literal where the sign is unknown, and leaves other keys alone", () => {
    const map = (key: string) => objectOf("ConfigMap", { data: { [key]: unknown } });
    expect(evaluateStack(nvencEncoders, [map(video.name)])).toEqual([
      expect.stringContaining("is not known before the update"),
    ]);
    expect(evaluateStack(nvencEncoders, [map("other")])).toEqual([]);
  });

  it("leaves an exempt container alone", () => {
    const exempt = [{ name: "cart", container: "main", reason: "only decodes, by NVDEC" }];
    expect(evaluateStack(nvencEncoders, [taking(whole), settings], { config: { exempt } })).toEqual(
      [],
    );
  });

  it("tells of a container once", () => {
    const both = taking({ ...whole, env: [video] });
    expect(evaluateStack(nvencEncoders, [both, settings])).toEqual([nowhere]);
  });
});
