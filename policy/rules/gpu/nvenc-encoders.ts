import { Type } from "typebox";
import { isExempt } from "../../kit/exemptions.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf } from "../../kit/pods.ts";
import { hasSign, hasWord } from "./encoder-signs.ts";
import { encoderSettings, lacksEncoder } from "./encoders.ts";
import { selectedNodes, type NodeLabels } from "./node-selection.ts";
import { supportMatrix } from "./support-matrix.ts";

interface Encoders {
  readonly withoutEncoder: readonly string[];
  readonly modelLabels: readonly string[];
  readonly encoderLabels: readonly { readonly key: string; readonly value: string }[];
}

/** What is wrong with one way of choosing nodes. */
function fault(nodes: NodeLabels, config: Encoders): string | undefined {
  const models = config.modelLabels.flatMap((key) =>
    (nodes.get(key) ?? []).map((value) => ({ key, value })),
  );
  const bad = models.find(({ value }) => lacksEncoder(value, config.withoutEncoder));
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
    ...encoderSettings,
    signs: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
      default: [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "*video*" }],
      description:
        "Environment variables of a container that encodes video by NVENC; `*` stands for any text.",
    }),
    words: Type.Array(Type.String(), {
      default: ["*_nvenc*", "*nv*h264enc*", "*nv*h265enc*", "*nv*av1enc*"],
      description: "Words in command and args of a container that encodes video by NVENC.",
    }),
  }),
  check: (pod, report, config) => {
    const encoding = containersOf(pod).find(
      (container) =>
        !isExempt(config.exempt, pod.subject, container.name) &&
        (hasSign(container, config.signs) || hasWord(container, config.words)),
    );
    if (encoding === undefined) return;
    const labels = [...config.modelLabels, ...config.encoderLabels.map(({ key }) => key)];
    for (const nodes of selectedNodes(pod, labels)) {
      const problem = fault(nodes, config);
      if (problem !== undefined) report(`${encoding.role} "${encoding.name}" ${problem}`);
    }
  },
});
