import { Type } from "typebox";
import { matchesAny } from "../../kit/pattern.ts";

/** Source: NVIDIA, Video Encode and Decode GPU Support Matrix: no NVENC engine. EC2's and GCE's machines with them. */
const withoutEncoder = [
  ...["a100", "a800", "a30", "h100", "h800", "h200", "h20", "gh200"],
  ...["b100", "b200", "b300", "gb200", "gb300"],
  ...["a2-*", "a3-*", "a4-*", "a4x-*", "p4d.*", "p4de.*", "p5.*", "p5e.*", "p5en.*", "p6-*"],
];

/** Settings of the rules about video encoders. */
export const encoderSettings = {
  withoutEncoder: Type.Array(Type.String(), {
    default: withoutEncoder,
    description:
      "GPUs and machine types without video encoder, in lower case: a word of a label's value (`a100` in `nvidia-tesla-a100`) or all of it. `*` stands for any text.",
  }),
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
};

/** Whether a GPU or machine type has no video encoder. */
export function lacksEncoder(model: string, listed: readonly string[]): boolean {
  const name = model.toLowerCase();
  return [name, ...name.split(/[^a-z0-9]+/)].some((text) => matchesAny(listed, text));
}
