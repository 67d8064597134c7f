import type * as k8s from "@pulumi/kubernetes";
import { namespaces } from "../../infra/cluster.ts";
import { labels, selectorLabels, type App } from "../kit/app.ts";

export interface ProfileSet {
  /** That of the web recorder. */
  readonly image: string;
  /** The kubelet's folder of profiles, on the nodes. */
  readonly folder: string;
}

/**
 * Of the browser, by its path below the kubelet's folder of profiles. A profile that changes gets another number: pods that run
 * keep theirs, and those that start on a node without it are tried again until it is there.
 */
export const chromiumProfile = "framewright/chromium-1.json";
/** Of the image web-recorder, which such a node has or gets anyway. */
const inImage = "/usr/share/framewright/chromium.json";
const mounted = "/profiles";

export const profileApp: App = {
  name: "seccomp-profile",
  namespace: namespaces.nodeAgents,
  component: "egress",
};

/** Renamed when it is whole: a kubelet that reads half of it would refuse the pod. */
const script = [
  "set -e",
  `mkdir -p "$(dirname ${mounted}/${chromiumProfile})"`,
  `cp ${inImage} ${mounted}/${chromiumProfile}.new`,
  `mv ${mounted}/${chromiumProfile}.new ${mounted}/${chromiumProfile}`,
  "exec sleep infinity",
].join("\n");

/** Root, whose folder it is, and nothing else of what root may. */
function podSpec({ image, folder }: ProfileSet): k8s.types.input.core.v1.PodSpec {
  return {
    serviceAccountName: profileApp.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: "platform-critical",
    terminationGracePeriodSeconds: 10,
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: profileApp.name,
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["catatonit", "--", "sh", "-c", script],
        resources: {
          requests: { cpu: "5m", memory: "16Mi" },
          limits: { cpu: "100m", memory: "64Mi" },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "profiles", mountPath: mounted }],
      },
    ],
    volumes: [{ name: "profiles", hostPath: { path: folder, type: "DirectoryOrCreate" } }],
  };
}

export function profileSetSpec(args: ProfileSet): k8s.types.input.apps.v1.DaemonSetSpec {
  return {
    selector: { matchLabels: selectorLabels(profileApp) },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%" } },
    template: { metadata: { labels: labels(profileApp) }, spec: podSpec(args) },
  };
}
