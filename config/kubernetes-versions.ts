import type { GpuCloud } from "./gpu-catalogue.ts";

/**
 * The minor versions of Kubernetes that stacks on gke and eks may have, one row each. Plain facts: config checks and warns by
 * them, infra takes the autoscaler from them. A new minor version is a row here; docs/runbooks/upgrade.md says when.
 */

/** What is known of one minor version. */
export interface KubernetesVersion {
  /**
   * The newest patch of cluster-autoscaler, whose scheduler is that minor version's
   * (https://github.com/kubernetes/autoscaler/releases; the first patches are not the ones with the fixes).
   */
  readonly autoscaler: string;
  /**
   * The day on which a cloud ends standard support, and from which it upgrades the control plane by itself, as YYYY-MM-DD
   * in UTC. EKS: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar;
   * GKE, where the days are estimates: https://docs.cloud.google.com/kubernetes-engine/docs/release-schedule. Undefined: not known
   * when this was written.
   */
  readonly ends: Readonly<Record<GpuCloud, string | undefined>>;
}

/**
 * EKS offers 1.36 since 2 June 2026, and 1.37 not yet when this was written. On GKE new clusters of the channel RAPID get
 * 1.36, those of REGULAR may have it (docs.cloud.google.com/kubernetes-engine/docs/release-notes, June 2026).
 */
export const kubernetesVersions = {
  "1.34": { autoscaler: "1.34.4", ends: { eks: "2026-12-02", gke: "2026-10-01" } },
  "1.35": { autoscaler: "1.35.1", ends: { eks: "2027-03-27", gke: "2027-04-11" } },
  "1.36": { autoscaler: "1.36.1", ends: { eks: "2027-08-02", gke: undefined } },
} as const satisfies Record<string, KubernetesVersion>;

export type KubernetesMinor = keyof typeof kubernetesVersions;

function isKubernetesMinor(text: string): text is KubernetesMinor {
  return text in kubernetesVersions;
}

/** From the oldest to the newest. */
export const kubernetesMinors = Object.keys(kubernetesVersions).filter(isKubernetesMinor);

/** What a stack gets where its file says nothing. */
export const defaultMinor = "1.36" satisfies KubernetesMinor;

/** The sources of the days above, for whoever reads a warning. */
export const supportCalendars = {
  eks: "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
  gke: "https://docs.cloud.google.com/kubernetes-engine/docs/release-schedule",
} as const satisfies Record<GpuCloud, string>;

const dayMs = 24 * 60 * 60_000;

/** Whole days from a moment until standard support ends, negative afterwards; undefined where no day is known. */
export function daysOfSupport(
  version: KubernetesMinor,
  cloud: GpuCloud,
  now: Date,
): number | undefined {
  const { [cloud]: end } = kubernetesVersions[version].ends;
  return end === undefined ? undefined : Math.ceil((Date.parse(end) - now.getTime()) / dayMs);
}

/** GKE's release channels, from the earliest. */
export const releaseChannels = ["RAPID", "REGULAR", "STABLE"] as const;

type ReleaseChannel = (typeof releaseChannels)[number];

/** What a control plane on GKE has at least where the stack file does not say: the default where the channel offers it. */
const channelMinimum = {
  RAPID: defaultMinor,
  REGULAR: defaultMinor,
  STABLE: undefined,
} as const satisfies Record<ReleaseChannel, KubernetesMinor | undefined>;

/** The least version of a control plane on GKE; undefined: the channel decides. */
export function gkeMinimum(section: {
  readonly version?: KubernetesMinor;
  readonly releaseChannel: ReleaseChannel;
}): KubernetesMinor | undefined {
  return section.version ?? channelMinimum[section.releaseChannel];
}
