import { gpuPoolsOf } from "../gpu-pools.ts";
import type { Problem } from "../problem.ts";
import type { ConfigValues, ModelServiceSection } from "../schema.ts";
import { parseQuantity } from "../units.ts";
import { makesCluster, when, type Rule } from "./rule.ts";

type Name = keyof ConfigValues["modelServices"];

/** What each service that is on breaks. */
function each(check: (section: ModelServiceSection, path: string, name: Name) => Problem[]): Rule {
  return ({ modelServices }) =>
    (["stt", "mt", "tts", "lipSync"] as const).flatMap((name) => {
      const section = modelServices[name];
      return section.enabled ? check(section, `modelServices.${name}`, name) : [];
    });
}

/** The name of an image with its registry, and a tag or digest that names one build. */
const wholeImage = /^[a-z0-9.-]+(:[0-9]+)?\/.+(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{64})$/;

export const modelImagesAreNamed: Rule = (config, facts) =>
  each(({ image, preset }, path, name) => {
    // Ours are in no registry, and there is none for lip synchronisation.
    const isNode = !makesCluster(config) && config.local.kubeconfig === undefined;
    const isOurs = preset === "own" && isNode && name !== "lipSync";
    return when(!(isOurs && image === "") && !wholeImage.test(image), () => ({
      path: `${path}.image`,
      problem: `must be an image with its registry and a tag (it is "${image}")`,
      remedy: "set it to one like registry.example.com/team/whisper:1.4.2, or enabled to false",
    }));
  })(config, facts);

/** More than a pod may use cannot be reserved for it. */
export const modelReservesAreWithinLimits: Rule = each((section, path) =>
  (["cpu", "memory"] as const).flatMap((amount) => {
    const { reserved } = section;
    return when(
      reserved !== undefined && parseQuantity(reserved[amount]) > parseQuantity(section[amount]),
      () => ({
        path: `${path}.reserved.${amount}`,
        problem: `must be at most ${amount} (it is ${reserved?.[amount] ?? ""}, ${amount} is ${section[amount]})`,
        remedy: `lower it, or raise ${path}.${amount}`,
      }),
    );
  }),
);

export const modelReplicasAreInOrder: Rule = each(({ replicas: { min, max } }, path) =>
  when(min > max || max === 0, () => ({
    path: `${path}.replicas`,
    problem: `must have a max of at least 1 and of at least min (min is ${min}, max is ${max})`,
    remedy: "raise max, or set enabled to false",
  })),
);

/** On a cluster that the stack finds, pools are not known. */
export const modelGpusHaveAPool: Rule = (config, facts) =>
  each(({ gpu }, path) => {
    const there = gpuPoolsOf(config).map((pool) => pool.gpu);
    return when(gpu !== undefined && !there.some((known) => known === gpu), () => ({
      path: `${path}.gpu`,
      problem: `has no pool (it is ${gpu ?? ""}; the pools have ${there.join(", ") || "none"})`,
      remedy: "add a pool of it to gpu.pools, or leave it unset to run on CPUs",
    }));
  })(config, facts);

/** Pods beyond the quota would never be made. */
export const modelPodsFitTheirQuota: Rule = (config, facts) =>
  each(({ replicas, cpu, memory, gpu }, path, name) => {
    const quota = config.models[name];
    const over = (["cpu", "memory"] as const).filter(
      (amount) =>
        parseQuantity({ cpu, memory }[amount]) * replicas.max > parseQuantity(quota[amount]),
    );
    const slices = gpu !== undefined && replicas.max > quota.gpuSlices ? ["gpuSlices"] : [];
    return [...over, ...slices].map((amount) => ({
      path: `${path}.replicas.max`,
      problem: `asks for more ${amount} than models.${name}.${amount} allows (it is ${replicas.max} pods)`,
      remedy: `lower it, or raise models.${name}.${amount}`,
    }));
  })(config, facts);
