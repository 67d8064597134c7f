import { Type } from "typebox";
import { Value } from "typebox/value";
import { kubectl } from "../../../tools/node/start.ts";
import type { Cell } from "../matrix.ts";
import { probeScript } from "./probe-script.ts";

/** A question with its answer: `open`, `silent` (nothing came back), or the error of the connection. */
export interface SeenCell extends Cell {
  readonly seen: string;
}

const probeLabel = "framewright.dev/network-probe";

interface Probe {
  readonly namespace: string;
  readonly name: string;
  readonly cells: readonly Cell[];
}

function probeOf([from, cells]: [string, readonly Cell[]]): Probe {
  const [namespace = "", app = ""] = from.split("/");
  return { namespace, name: `network-probe-${app}`, cells };
}

/** A pod that the network takes for one of its app, and that no Service sends anything to. */
function podOf({ namespace, name, cells }: Probe, image: string) {
  const app = name.replace("network-probe-", "");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { "app.kubernetes.io/name": app, [probeLabel]: "true" },
    },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "probe",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["node"],
          args: ["--eval", probeScript, JSON.stringify(cells)],
          // Never ready: it has the labels of its app, and must not get its connections.
          readinessProbe: { exec: { command: ["false"] }, periodSeconds: 3600 },
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

async function answersOf({ namespace, name, cells }: Probe): Promise<SeenCell[]> {
  const pod = [`--namespace=${namespace}`, `pod/${name}`];
  const wait = ["wait", ...pod, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=80s"];
  try {
    await kubectl(wait);
  } catch (cause) {
    const description = await kubectl(["describe", ...pod]);
    const logs = await kubectl(["logs", ...pod]).catch(String);
    throw new Error(`${namespace}/${name} did not answer\n${logs}\n${description}`, { cause });
  }
  const answer: unknown = JSON.parse(await kubectl(["logs", ...pod]));
  const seen = Value.Parse(Type.Array(Type.String()), answer);
  return cells.map((cell, index) => ({ ...cell, seen: seen[index] ?? "no answer" }));
}

async function removeProbes(): Promise<void> {
  const all = ["--all-namespaces", `--selector=${probeLabel}`];
  await kubectl(["delete", "pods", ...all, "--now"]);
}

/** Puts every question from a pod with the labels of its app, all at once. */
export async function seeCells(cells: readonly Cell[]): Promise<SeenCell[]> {
  const image = await kubectl([
    ...["get", "deployment/api", "--namespace=framewright-api"],
    "--output=jsonpath={.spec.template.spec.containers[0].image}",
  ]);
  const probes = Object.entries(Object.groupBy(cells, ({ from }) => from)).map(([from, own]) =>
    probeOf([from, own ?? []]),
  );
  await removeProbes();
  const items = probes.map((probe) => podOf(probe, image));
  await kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  try {
    return (await Promise.all(probes.map(answersOf))).flat();
  } finally {
    await removeProbes();
  }
}
