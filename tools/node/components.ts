import {
  cgroupName,
  containerdSocket,
  dnsClusterIp,
  inside,
  podLogsFolder,
  nodeIp,
  nodeName,
  podCidr,
  serviceCidr,
} from "./addresses.ts";

/** A process of the node, as the supervisor starts it. Paths are those inside the node. */
export interface Component {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** It runs in the machine's own network, not in the node's, and in this folder. */
  readonly outsideIn?: string;
  /** The component is up when this answers; the next one waits for it. */
  readonly ready?: { readonly socket: string } | { readonly url: string };
}

export interface Programs {
  /** Folder of the binaries built from Go modules. */
  readonly bin: string;
  /** Root of the unpacked Debian packages. */
  readonly unpacked: string;
}

/** The fixed name of the image that holds the namespaces of every pod. */
export const pauseImage = "framewright.local/pause:node";

/** Profiles of system calls, by their path below the kubelet's folder of them: files of this repository. */
export const seccompProfiles: Readonly<Record<string, string>> = {
  "framewright/chromium-1.json": "images/web-recorder/seccomp.json",
};

const pki = `${inside}/pki`;
const config = `${inside}/config`;

export function kubeconfigPath(name: string): string {
  return `${config}/${name}.kubeconfig`;
}

function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${String(value)}`);
}

const etcdFlags = {
  name: nodeName,
  "data-dir": `${inside}/etcd`,
  "listen-client-urls": "https://127.0.0.1:2379",
  "advertise-client-urls": "https://127.0.0.1:2379",
  "listen-peer-urls": "https://127.0.0.1:2380",
  "listen-metrics-urls": "http://127.0.0.1:2381",
  "cert-file": `${pki}/etcd.crt`,
  "key-file": `${pki}/etcd.key`,
  "client-cert-auth": true,
  "trusted-ca-file": `${pki}/etcd-ca.crt`,
  "peer-cert-file": `${pki}/etcd.crt`,
  "peer-key-file": `${pki}/etcd.key`,
  "peer-trusted-ca-file": `${pki}/etcd-ca.crt`,
  "log-level": "warn",
  // One member on one machine: its own write-ahead log survives a killed process without fsync,
  // and a machine that loses power loses a development node.
  "unsafe-no-fsync": true,
};

const apiServerFlags = {
  "advertise-address": nodeIp,
  "secure-port": 6443,
  "etcd-servers": "https://127.0.0.1:2379",
  "etcd-cafile": `${pki}/etcd-ca.crt`,
  "etcd-certfile": `${pki}/etcd-client.crt`,
  "etcd-keyfile": `${pki}/etcd-client.key`,
  "service-cluster-ip-range": serviceCidr,
  "tls-cert-file": `${pki}/kube-apiserver.crt`,
  "tls-private-key-file": `${pki}/kube-apiserver.key`,
  "client-ca-file": `${pki}/ca.crt`,
  "kubelet-client-certificate": `${pki}/kubelet-client.crt`,
  "kubelet-client-key": `${pki}/kubelet-client.key`,
  "kubelet-certificate-authority": `${pki}/ca.crt`,
  // The node's name resolves nowhere; `kubectl logs` and `exec` need its address.
  "kubelet-preferred-address-types": "InternalIP",
  "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
  "service-account-key-file": `${pki}/service-account.pub`,
  "service-account-signing-key-file": `${pki}/service-account.key`,
  "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
  "requestheader-allowed-names": "front-proxy",
  "requestheader-username-headers": "X-Remote-User",
  "requestheader-group-headers": "X-Remote-Group",
  "requestheader-extra-headers-prefix": "X-Remote-Extra-",
  "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
  "proxy-client-key-file": `${pki}/front-proxy-client.key`,
  "authorization-mode": "Node,RBAC",
  "enable-admission-plugins": "NodeRestriction",
  "encryption-provider-config": `${pki}/encryption.yaml`,
  "anonymous-auth": false,
  profiling: false,
};

const controllerManagerFlags = {
  kubeconfig: kubeconfigPath("controller-manager"),
  "bind-address": "127.0.0.1",
  "allocate-node-cidrs": true,
  "cluster-cidr": podCidr,
  "node-cidr-mask-size": 24,
  "service-account-private-key-file": `${pki}/service-account.key`,
  "root-ca-file": `${pki}/ca.crt`,
  "use-service-account-credentials": true,
  // Alone on its node, it has nobody to be elected against.
  "leader-elect": false,
  profiling: false,
};

const felix = {
  FELIX_DATASTORETYPE: "kubernetes",
  KUBECONFIG: kubeconfigPath("calico"),
  FELIX_FELIXHOSTNAME: nodeName,
  FELIX_IPTABLESBACKEND: "NFT",
  FELIX_IPV6SUPPORT: "false",
  FELIX_IPINIPENABLED: "false",
  FELIX_VXLANENABLED: "false",
  FELIX_BPFENABLED: "false",
  FELIX_XDPENABLED: "false",
  // A pod may reach the node as far as its own NetworkPolicies let it (the API server, for add-ons).
  FELIX_DEFAULTENDPOINTTOHOSTACTION: "ACCEPT",
  FELIX_LOGFILEPATH: "none",
  FELIX_LOGSEVERITYFILE: "none",
  FELIX_LOGSEVERITYSYS: "none",
  FELIX_LOGSEVERITYSCREEN: "Warning",
  FELIX_HEALTHENABLED: "true",
  FELIX_USAGEREPORTINGENABLED: "false",
};

/** Carries connections from the machine's loopback to the node's sockets of these ports. */
export function forwarder(program: string, ports: readonly number[]): Component {
  const command = [process.execPath, program, ...ports.map(String)];
  return { name: "forwarder", command, outsideIn: `${inside}/ports` };
}

/** In the order of their start; each waits until the one before it is ready. */
export function nodeComponents({ bin, unpacked }: Programs): Component[] {
  return [
    {
      name: "containerd",
      command: [`${unpacked}/usr/bin/containerd`, "--config", `${config}/containerd.toml`],
      ready: { socket: containerdSocket },
    },
    {
      name: "etcd",
      command: [`${bin}/etcd`, ...flags(etcdFlags)],
      ready: { url: "http://127.0.0.1:2381/readyz" },
    },
    {
      name: "kube-apiserver",
      command: [`${bin}/kube-apiserver`, ...flags(apiServerFlags)],
      ready: { url: "https://127.0.0.1:6443/readyz" },
    },
    {
      name: "kube-controller-manager",
      command: [`${bin}/kube-controller-manager`, ...flags(controllerManagerFlags)],
    },
    {
      name: "kube-scheduler",
      command: [`${bin}/kube-scheduler`, "--config", `${config}/scheduler.yaml`],
    },
    { name: "kube-proxy", command: [`${bin}/kube-proxy`, "--config", `${config}/kube-proxy.yaml`] },
    {
      name: "kubelet",
      command: [
        `${bin}/kubelet`,
        ...flags({
          config: `${config}/kubelet.yaml`,
          kubeconfig: kubeconfigPath("kubelet"),
          "root-dir": `${inside}/kubelet`,
          "node-ip": nodeIp,
          "hostname-override": nodeName,
        }),
      ],
    },
    // Needs Calico's resource definitions, which are applied once the API server is there; until
    // then it ends and is started again.
    { name: "felix", command: [`${bin}/calico-felix`], env: felix },
  ];
}

/** Configuration files by their path under the node's state; JSON is YAML too. */
export function configFiles(programs: Programs): Record<string, string> {
  return {
    "containerd.toml": containerdConfig(programs),
    "scheduler.yaml": JSON.stringify({
      apiVersion: "kubescheduler.config.k8s.io/v1",
      kind: "KubeSchedulerConfiguration",
      clientConnection: { kubeconfig: kubeconfigPath("scheduler") },
      leaderElection: { leaderElect: false },
    }),
    "kube-proxy.yaml": JSON.stringify(kubeProxyConfig),
    "kubelet.yaml": JSON.stringify(kubeletConfig),
    "resolv.conf": "",
    "cni/10-calico.conflist": JSON.stringify(networkConfig),
  };
}

const kubeProxyConfig = {
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clientConnection: { kubeconfig: kubeconfigPath("kube-proxy") },
  mode: "iptables",
  clusterCIDR: podCidr,
  hostnameOverride: nodeName,
  nodePortAddresses: [`${nodeIp}/32`],
  // The table of connections belongs to the machine's kernel: its size is not ours to change.
  conntrack: { maxPerCore: 0, min: 0, tcpCloseWaitTimeout: "0s", tcpEstablishedTimeout: "0s" },
};

const kubeletConfig = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: `${pki}/ca.crt` },
  },
  authorization: { mode: "Webhook" },
  tlsCertFile: `${pki}/kubelet.crt`,
  tlsPrivateKeyFile: `${pki}/kubelet.key`,
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  clusterDNS: [dnsClusterIp],
  clusterDomain: "cluster.local",
  resolvConf: `${config}/resolv.conf`,
  cgroupDriver: "cgroupfs",
  cgroupRoot: `/${cgroupName}`,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  // A pod that exceeds the limit of a scratch volume is evicted, within a minute: the kubelet measures once in that time.
  localStorageCapacityIsolation: true,
  // The machine's disk is shared with everything else on it; its filling is watched by the set-up.
  evictionHard: {},
  imageGCHighThresholdPercent: 100,
  podLogsDir: podLogsFolder,
  volumePluginDir: `${inside}/volume-plugins`,
  registerWithTaints: [],
  protectKernelDefaults: false,
  maxPods: 110,
  shutdownGracePeriod: "0s",
};

const networkConfig = {
  name: "framewright",
  cniVersion: "0.3.1",
  plugins: [
    {
      type: "calico",
      datastore_type: "kubernetes",
      nodename: nodeName,
      nodename_file_optional: true,
      log_level: "warning",
      log_file_path: `${inside}/cni.log`,
      mtu: 1500,
      // Leases live as long as the pods' own interfaces: on /run, which ends with the node.
      ipam: { type: "host-local", subnet: "usePodCidr", dataDir: "/run/cni-leases" },
      policy: { type: "k8s" },
      kubernetes: { kubeconfig: kubeconfigPath("calico") },
    },
  ],
};

function containerdConfig({ unpacked }: Programs): string {
  return `version = 2
root = "${inside}/containerd"
state = "/run/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.grpc.v1.cri"]
  # The capability to lower OOM scores may be missing.
  restrict_oom_score_adj = true
  sandbox_image = "${pauseImage}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "${unpacked}/usr/sbin/runc"
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${inside}/cni-bin"
    conf_dir = "${config}/cni"
`;
}
