import { Type } from "typebox";
import { isExempt } from "../../kit/exemptions.ts";
import { containersOf, podsOf, type Container, type Pod } from "../../kit/pods.ts";
import type { Settings } from "../../kit/rule.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown, reportingUnknowns } from "../../kit/unknown.ts";
import {
  givesSign,
  hasSign,
  hasWord,
  mapReferencesOf,
  signMapsOf,
  type MapReference,
  type SignMap,
} from "./encoder-signs.ts";
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

const settings = {
  ...encoderSettings,
  signs: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
    default: [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "*video*" }],
    description:
      "Environment variables of a container that encodes video by NVENC, written in its env or in a ConfigMap of the program; `*` stands for any text.",
  }),
  words: Type.Array(Type.String(), {
    default: ["*_nvenc*", "*nv*h264enc*", "*nv*h265enc*", "*nv*av1enc*"],
    description: "Words in command and args of a container that encodes video by NVENC.",
  }),
};
type Config = Settings<typeof settings>;

/** What would be wrong with a container if it encoded video. */
interface Suspect {
  readonly namespace: string;
  readonly references: readonly MapReference[];
  readonly problems: readonly string[];
}

interface Fact {
  readonly maps: readonly SignMap[];
  readonly suspects: readonly Suspect[];
}

function containersIn(pod: Pod, { exempt }: Config): Container[] {
  return containersOf(pod).filter(({ name }) => !isExempt(exempt, pod.subject, name));
}

function problemsOf(container: Container, config: Config): string[] {
  const labels = [...config.modelLabels, ...config.encoderLabels.map(({ key }) => key)];
  return selectedNodes(container.pod, labels).flatMap((nodes) => {
    const problem = fault(nodes, config);
    return problem === undefined ? [] : [`${container.role} "${container.name}" ${problem}`];
  });
}

function encodes(container: Container, { signs, words }: Config): boolean {
  return hasSign(container, signs) || hasWord(container, words);
}

/** A sign in a ConfigMap shows only among the others: these are pods of which none is seen by itself. */
function suspectsIn(pod: Pod, config: Config): Suspect[] {
  const containers = containersIn(pod, config);
  if (containers.some((container) => encodes(container, config))) return [];
  return containers.flatMap((container): Suspect[] => {
    const references = mapReferencesOf(container);
    if (references.length === 0) return [];
    const namespace = namespaceOf(pod.subject.props);
    return [{ namespace, references, problems: problemsOf(container, config) }];
  });
}

function collect(subject: Subject, config: Config): Fact | undefined {
  const maps = signMapsOf(subject, config.signs);
  // What is unknown here is reported where the pod itself is judged, if it matters there.
  const suspects = podsOf(subject).flatMap((pod) => ifKnown(() => suspectsIn(pod, config)) ?? []);
  return maps.length + suspects.length === 0 ? undefined : { maps, suspects };
}

type Maps = readonly (SignMap & { readonly urn: string })[];

function isConvicted({ namespace, references }: Suspect, sources: readonly string[], maps: Maps) {
  return references.some((reference) =>
    maps.some((map) => {
      const isMeant =
        reference.map === undefined
          ? sources.includes(map.urn)
          : map.name === reference.map && map.namespace === namespace;
      return isMeant && givesSign(reference, map);
    }),
  );
}

export const nvencEncoders = stackRule<Fact, typeof settings>({
  name: "nvenc-encoders",
  title: "Whatever encodes video by NVENC runs on GPUs with a video encoder",
  why: "GPUs for training and inference like A100 and H100 have no video encoder: every job fails there, on the most expensive nodes, and only after it started.",
  fix: "select nodes by a label that names a GPU with NVENC, such as T4, L4, A10G or V100",
  severity: "high",
  frameworks: [supportMatrix],
  config: Type.Object(settings),
  check: (subject, report, config) => {
    for (const pod of podsOf(subject)) {
      reportingUnknowns(report, () => {
        const encoding = containersIn(pod, config).find((one) => encodes(one, config));
        for (const problem of encoding === undefined ? [] : problemsOf(encoding, config)) {
          report(problem);
        }
      });
    }
  },
  collect,
  evaluate: (found, report) => {
    const maps = found.flatMap(({ subject: { urn }, fact }) =>
      fact.maps.map((map) => ({ ...map, urn })),
    );
    for (const { subject, fact, madeFrom } of found) {
      const sources = Object.values(madeFrom).flat();
      const guilty = fact.suspects.find((suspect) => isConvicted(suspect, sources, maps));
      for (const problem of guilty?.problems ?? []) report(subject, problem);
    }
  },
});
