import {
  daysOfSupport,
  gkeMinimum,
  supportCalendars,
  type KubernetesMinor,
} from "../kubernetes-versions.ts";
import type { GpuCloud } from "../gpu-catalogue.ts";
import { activeSections, when, type Rule } from "./rule.ts";

/** Which versions of Kubernetes and of what belongs to it go together, and for how long. */

/** Long enough for an upgrade of development, some weeks of use, and then production. */
const noticeDays = 90;

function versionOf({ gke, eks }: ReturnType<typeof activeSections>): KubernetesMinor | undefined {
  return gke === undefined ? eks?.version : gkeMinimum(gke);
}

function whatEnds(version: KubernetesMinor, cloud: GpuCloud, days: number): string {
  return days <= 0
    ? `has no standard support on ${cloud} any more (it is ${version}, which ended ${-days} days ago)`
    : `has ${days} days of standard support left on ${cloud} (it is ${version})`;
}

/** Only a warning: the cloud then upgrades the control plane by itself, on a day of its own choice. */
export const supportLasts: Rule = (config, { now }) => {
  const sections = activeSections(config);
  const { cloud } = sections;
  const version = versionOf(sections);
  if (cloud === undefined || version === undefined) return [];
  const days = daysOfSupport(version, cloud, now);
  if (days === undefined || days > noticeDays) return [];
  return [
    {
      path: `${cloud}.version`,
      problem: whatEnds(version, cloud, days),
      remedy: `upgrade before the cloud does it by itself: docs/runbooks/upgrade.md; ${supportCalendars[cloud]}`,
    },
  ];
};

/** Kubelets may be that many minor versions behind (https://kubernetes.io/releases/version-skew-policy). */
const skew = 3;

/** The second number of "1.36" and of "1.36.3-20260827". */
function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** Nodes may wait behind the control plane, as in the middle of an upgrade, and never be before it. */
export const heldNodesFollowTheVersion: Rule = (config) => {
  const { eks } = activeSections(config);
  const held = eks?.hold?.nodes;
  if (eks === undefined || held === undefined) return [];
  const behind = minorOf(eks.version) - minorOf(held);
  return when(behind < 0 || behind > skew, () => ({
    path: "eks.hold.nodes",
    problem: `must be a release for Kubernetes ${eks.version}, or for one of the ${skew} minor versions before it (it is "${held}")`,
    remedy: "hold another release, or remove it",
  }));
};
