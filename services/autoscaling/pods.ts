import type { Resources } from "../../config/schema.ts";
import type { Env } from "../kit/pods/env.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import {
  http,
  https,
  startWithin,
  type Probe,
  type Probes,
  type Timing,
} from "../kit/pods/probes.ts";
import { adapterApp, certificatesName, operatorApp, ports } from "./identity.ts";

const certificates = "/certs";

function probesOf(ask: (path: string, timing: Timing) => Probe): Probes {
  const patience = { timeoutSeconds: 5, failureThreshold: 3 };
  return {
    // The adapter ends until the operator has made the certificates, and is started again.
    startup: ask("/healthz", startWithin(120)),
    readiness: ask("/readyz", { periodSeconds: 5, ...patience }),
    liveness: ask("/healthz", { periodSeconds: 30, ...patience }),
  };
}

function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${String(value)}`);
}

function environment(namespace: string, scaled: readonly string[]): Env {
  return {
    WATCH_NAMESPACE: scaled.join(","),
    POD_NAMESPACE: { field: "metadata.namespace" },
    KEDA_CLUSTER_OBJECT_NAMESPACE: namespace,
    // It reads Secrets of its own namespace alone, and none of what it scales.
    KEDA_RESTRICT_SECRET_ACCESS: "true",
  };
}

interface KedaPodArgs {
  readonly image: string;
  readonly resources: Resources;
  /** Namespaces of what KEDA scales; it sees no other ones. */
  readonly scaled: readonly string[];
}

function kedaPod({ image, resources }: KedaPodArgs): Omit<PodArgs, "probes" | "env"> {
  return {
    image,
    resources,
    token: true,
    secretFolders: { [certificates]: certificatesName },
    priority: "platform-critical",
    graceSeconds: 30,
  };
}

export function operatorPod(args: KedaPodArgs): PodArgs {
  const { metricsservice, health, metrics } = ports;
  return {
    ...kedaPod(args),
    args: flags({
      "leader-elect": true,
      "zap-log-level": "info",
      "zap-encoder": "json",
      "zap-time-encoding": "rfc3339",
      "enable-cert-rotation": true,
      "cert-secret-name": certificatesName,
      "operator-service-name": operatorApp.name,
      "metrics-server-service-name": adapterApp.name,
      "enable-webhook-patching": false,
    }),
    env: environment(operatorApp.namespace, args.scaled),
    ports: { metricsservice, health, metrics },
    probes: probesOf((path, timing) => http(path, "health", timing)),
  };
}

export function adapterPod(args: KedaPodArgs): PodArgs {
  const { https: port, metrics } = ports;
  return {
    ...kedaPod(args),
    args: flags({
      "secure-port": port,
      "zap-log-level": "info",
      "zap-encoder": "json",
      "client-ca-file": `${certificates}/ca.crt`,
      "tls-cert-file": `${certificates}/tls.crt`,
      "tls-private-key-file": `${certificates}/tls.key`,
      "cert-dir": certificates,
    }),
    env: environment(adapterApp.namespace, args.scaled),
    ports: { https: port, metrics },
    probes: probesOf((path, timing) => https(path, "https", timing)),
  };
}
