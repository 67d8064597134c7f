import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kubectl } from "../../../tools/node/start.ts";
import { receiverPorts, type Message } from "../../operations/receiver.ts";

const namespace = "receivers";
const name = "receiver";
const labels = { app: name };

export const receiverHost = `${name}.${namespace}.svc.cluster.local`;

function objects(image: string) {
  const place = { name, namespace };
  const script = readFileSync(join(import.meta.dirname, "../../operations/receiver.ts"), "utf8");
  const ports = Object.entries(receiverPorts).map(([port, number]) => ({
    name: port,
    port: number,
  }));
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: place, data: { "receiver.ts": script } },
    { apiVersion: "v1", kind: "Service", metadata: place, spec: { selector: labels, ports } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...place, labels },
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        containers: [
          {
            name,
            image,
            command: ["node", "/receiver/receiver.ts"],
            // For ports below 1024.
            securityContext: { runAsUser: 0 },
            volumeMounts: [{ name: "script", mountPath: "/receiver" }],
          },
        ],
        volumes: [{ name: "script", configMap: { name } }],
      },
    },
  ];
}

/** A receiver of alerts in a namespace of its own; the last one goes first. */
export async function startReceiver(image: string): Promise<void> {
  await stopReceiver();
  const list = { apiVersion: "v1", kind: "List", items: objects(image) };
  await kubectl(["apply", "-f", "-"], JSON.stringify(list));
  await kubectl(["-n", namespace, "wait", "pod", name, "--for=condition=Ready", "--timeout=60s"]);
}

export async function stopReceiver(): Promise<void> {
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait"]);
}

/** Everything that it got so far. */
async function messages(): Promise<Message[]> {
  const lines = (await kubectl(["-n", namespace, "logs", name])).trim().split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Message);
}

/** Those that came since then, to one address, with a text in them. */
export async function messagesTo(to: string, text: string, since: number): Promise<Message[]> {
  return (await messages()).filter(
    (message) => message.at >= since && message.to === to && message.body.includes(text),
  );
}
