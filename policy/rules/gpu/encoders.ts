import { Type, type Static } from "typebox";
import { supportMatrix } from "../../kit/frameworks.ts";
import { isExempt } from "../../kit/exemptions.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { matches, matchesAny } from "../../kit/pattern.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf, type Container } from "../../kit/pods.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { modelsOf } from "./machines.ts";
import { gpuPoolOf } from "./node-pool.ts";
import { selectedNodes, type NodeLabels } from "./node-selection.ts";

/** Source: NVIDIA, Video Encode and Decode GPU Support Matrix: no NVENC engine. EC2's and GCE's machines with them. */
const noEncoder = [
  ...["a100", "a800", "a30", "h100", "h800", "h200", "h20", "gh200"],
  ...["b100", "b200", "b300", "gb200", "gb300"],
  ...["a2-*", "a3-*", "a4-*", "a4x-*", "p4d.*", "p4de.*", "p5.*", "p5e.*", "p5en.*", "p6-*"],
];

/** Settings of the rules about video encoders. */
const Encoders = Type.Object({
  modelLabels: Type.Array(Type.String(), {
    default: [
      "cloud.google.com/gke-accelerator",
      "eks.amazonaws.com/instance-gpu-name",
      "k8s.amazonaws.com/accelerator",
      "node.kubernetes.io/instance-type",
      "nvidia.com/gpu.product",
    ],
    description: "Labels of nodes whose value names their GPU or machine type.",
  }),
  encoderLabels: Type.Array(Type.Object({ key: Type.String(), value: Type.String() }), {
    default: [],
    description: "Labels that only nodes with a video encoder have.",
  }),
});

type Encoders = Static<typeof Encoders>;

/** Whether a GPU or machine type has no video encoder: by all of its name, or a word like `a100` in `nvidia-tesla-a100`. */
function lacksEncoder(model: string): boolean {
  const name = model.toLowerCase();
  return [name, ...name.split(/[^a-z0-9]+/)].some((text) => matchesAny(noEncoder, text));
}

const { encoderLabels } = Encoders.properties;

export const encoderNodeLabels = resourceRule({
  name: "encoder-labels",
  title: "Nodes that are labelled as having a video encoder have one",
  why: "Whatever encodes video trusts the label: on a GPU without encoder every job fails after it started.",
  fix: "remove the label from pools whose GPU has no NVENC engine, such as A100 and H100",
  severity: "high",
  frameworks: [supportMatrix],
  config: Type.Object({ encoderLabels }),
  check: (subject, report, config) => {
    const pool = gpuPoolOf(subject);
    const models = pool === undefined ? [] : modelsOf(pool);
    const bad = models.find(lacksEncoder);
    if (pool === undefined || bad === undefined) return;
    for (const { key, value } of config.encoderLabels) {
      if (pool.label(key) !== value) continue;
      report(`labels its nodes ${key}=${value}, and ${bad} has no video encoder`);
    }
  },
});

const Sign = Type.Object({ name: Type.String(), value: Type.String() });

/** Only variables that can be signs are read: values of others may be secret or unknown. */
function hasSign({ spec }: Container, signs: readonly Static<typeof Sign>[]): boolean {
  return listAt(spec, "env").some((variable) => {
    const name = textAt(variable, "name");
    const named = signs.filter((sign) => sign.name === name);
    return named.some((sign) => matches(sign.value, textAt(variable, "value") ?? ""));
  });
}

/** Words in command and args of a container that encodes video by NVENC. */
const words = ["*_nvenc*", "*nv*h264enc*", "*nv*h265enc*", "*nv*av1enc*"];

/** An unknown word says nothing: it is unlikely to be the encoder's name. */
function hasWord({ spec }: Container): boolean {
  return ["command", "args"].some((field) => {
    const list = ifKnown(() => listAt(spec, field)) ?? [];
    return Array.from(list.keys()).some((i) =>
      matchesAny(words, ifKnown(() => textAt(list, i)) ?? ""),
    );
  });
}

/** What is wrong with one way of choosing nodes. */
function fault(nodes: NodeLabels, config: Encoders): string | undefined {
  const models = config.modelLabels.flatMap((key) =>
    (nodes.get(key) ?? []).map((value) => ({ key, value })),
  );
  const bad = models.find(({ value }) => lacksEncoder(value));
  if (bad !== undefined) {
    return `encodes video by NVENC and runs on ${bad.key}=${bad.value}, a GPU without video encoder`;
  }
  const isEncoder = config.encoderLabels.some(({ key, value }) => {
    const values = nodes.get(key) ?? [];
    return values.length > 0 && values.every((one) => one === value);
  });
  if (isEncoder || models.length > 0) return undefined;
  return "encodes video by NVENC and does not select nodes with a video encoder";
}

export const nvencEncoders = podRule({
  name: "nvenc-encoders",
  title: "Whatever encodes video by NVENC runs on GPUs with a video encoder",
  why: "GPUs for training and inference like A100 and H100 have no video encoder: every job fails there, on the most expensive nodes, and only after it started.",
  fix: "select nodes by a label that names a GPU with NVENC, such as T4, L4, A10G or V100",
  severity: "high",
  frameworks: [supportMatrix],
  config: Type.Object({
    ...Encoders.properties,
    signs: Type.Array(Sign, {
      default: [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "*video*" }],
      description:
        "Environment variables of a container that encodes video by NVENC; `*` stands for any text.",
    }),
  }),
  check: (pod, report, config) => {
    const encoding = containersOf(pod).find(
      (container) =>
        !isExempt(config.exempt, pod.subject, container.name) &&
        (hasSign(container, config.signs) || hasWord(container)),
    );
    if (encoding === undefined) return;
    const labels = [...config.modelLabels, ...config.encoderLabels.map(({ key }) => key)];
    for (const nodes of selectedNodes(pod, labels)) {
      const problem = fault(nodes, config);
      report(problem && `${encoding.role} "${encoding.name}" ${problem}`);
    }
  },
});
