import path from "node:path";

/** Where a control plane keeps its files and listens. */
export interface Layout {
  /** Folder of certificates, data and logs. */
  readonly folder: string;
  /** An address of loopback. */
  readonly address: string;
  readonly ports: {
    readonly api: number;
    readonly etcd: number;
    readonly peer: number;
    readonly manager: number;
    readonly scheduler: number;
  };
}

export interface Program {
  readonly name: string;
  readonly args: readonly string[];
}

function url({ address, ports }: Layout, port: "etcd" | "peer"): string {
  return `http://${address}:${ports[port].toString()}`;
}

export function etcd(layout: Layout): Program {
  const peer = url(layout, "peer");
  const client = url(layout, "etcd");
  const args = [
    `--data-dir=${path.join(layout.folder, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=error",
  ];
  return { name: "etcd", args };
}

/** @param more flags beside those that every control plane of a test has */
export function apiServer(layout: Layout, more: readonly string[] = []): Program {
  const { folder, address, ports } = layout;
  const file = (name: string): string => path.join(folder, name);
  const args = [
    `--etcd-servers=${url(layout, "etcd")}`,
    `--secure-port=${ports.api.toString()}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    `--cert-dir=${file("apiserver")}`,
    `--tls-cert-file=${file("server.crt")}`,
    `--tls-private-key-file=${file("server.key")}`,
    `--client-ca-file=${file("ca.crt")}`,
    `--service-account-key-file=${file("service-account.key")}`,
    `--service-account-signing-key-file=${file("service-account.key")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-cluster-ip-range=10.97.0.0/16",
    "--authorization-mode=RBAC",
    "--endpoint-reconciler-type=none",
    "--kubelet-preferred-address-types=InternalIP",
    "--v=0",
    ...more,
  ];
  return { name: "kube-apiserver", args };
}

/** @param off controllers that are not to run */
export function controllerManager(
  layout: Layout,
  off: readonly string[],
  more: readonly string[] = [],
): Program {
  const { folder, address, ports } = layout;
  const file = (name: string): string => path.join(folder, name);
  const args = [
    `--kubeconfig=${file("kubeconfig")}`,
    `--service-account-private-key-file=${file("service-account.key")}`,
    `--root-ca-file=${file("ca.crt")}`,
    `--secure-port=${ports.manager.toString()}`,
    `--bind-address=${address}`,
    `--cert-dir=${file("manager")}`,
    "--leader-elect=false",
    `--controllers=${["*", ...off.map((name) => `-${name}`)].join(",")}`,
    "--horizontal-pod-autoscaler-sync-period=2s",
    "--concurrent-namespace-syncs=10",
    "--v=0",
    ...more,
  ];
  return { name: "kube-controller-manager", args };
}

export function scheduler(layout: Layout, more: readonly string[] = []): Program {
  const { folder, address, ports } = layout;
  const args = [
    `--kubeconfig=${path.join(folder, "kubeconfig")}`,
    `--secure-port=${ports.scheduler.toString()}`,
    `--bind-address=${address}`,
    `--cert-dir=${path.join(folder, "scheduler")}`,
    "--leader-elect=false",
    "--v=0",
    ...more,
  ];
  return { name: "kube-scheduler", args };
}
