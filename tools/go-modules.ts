import type { Part } from "./parts.ts";
import { buildPrometheusUi, pnpmVersion } from "./prometheus-ui.ts";
import { makeProviderCommand, providerModule, providerVersion } from "./provider-command.ts";

const kubernetesVersion = "v1.35.4";
const pulumiVersion = "3.250.0";

/** The version in `tools/go/keda/go.mod`; a test compares the two. */
export const kedaVersion = "2.21.0";

const component = "k8s.io/component-base/version";

/** `-X` values: without them the binaries report an empty version, and Pulumi refuses its own plugins. */
export const versions = {
  [`${component}.gitVersion`]: kubernetesVersion,
  [`${component}.gitMajor`]: "1",
  [`${component}.gitMinor`]: "35",
  [`${component}.gitTreeState`]: "clean",
  [`${component}.gitCommit`]: "unknown",
  [`${component}.buildDate`]: "1970-01-01T00:00:00Z",
  "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
};

export interface GoModule {
  /** Folder of the go.mod, under tools/go. */
  readonly folder: string;
  /** Binary name → Go package. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Built only where this part is asked for. */
  readonly part?: Part;
  /** `-X` values of its own. */
  readonly versions?: () => Readonly<Record<string, string>>;
  /** Build tags. */
  readonly tags?: readonly string[];
  /** Packages that the compiler need not optimize across functions, because they hold little but tables of types. */
  readonly notInlined?: string;
  /** Fills the folder in which its one command is built, where Go can't build it as its module has it. */
  readonly command?: {
    readonly module: string;
    readonly make: (moduleFolder: string, folder: string) => void;
  };
  /** Where below `.framewright/bin` its binaries are linked. */
  readonly linkedIn?: string;
  /** A folder beside the binaries, made of what a Go module has. */
  readonly beside?: {
    readonly module: string;
    readonly folder: string;
    /** What decides what is made, beside the module. */
    readonly madeBy: string;
    readonly make: (moduleFolder: string, to: string, log: string) => Promise<void>;
  };
  /** Folder of custom resource definitions inside a Go module, kept beside the binaries. */
  readonly crds?: { readonly module: string; readonly folder: string };
}

/** Modules of their own where dependencies contradict each other. Biggest first. */
export const modules = {
  kubernetes: {
    folder: ".",
    binaries: {
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
      "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
      kubelet: "k8s.io/kubernetes/cmd/kubelet",
      "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
      etcd: "go.etcd.io/etcd/server/v3",
      versitygw: "github.com/versity/versitygw/cmd/versitygw",
    },
  },
  // Apart, because it spells the name of a library in another case, which one build can't hold.
  volumes: {
    folder: ".",
    binaries: { "local-path-provisioner": "github.com/rancher/local-path-provisioner" },
  },
  pulumi: {
    folder: ".",
    binaries: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  },
  addons: {
    folder: "addons",
    binaries: {
      coredns: "github.com/coredns/coredns",
      "metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server",
    },
  },
  calico: {
    folder: "calico",
    crds: { module: "github.com/projectcalico/calico", folder: "libcalico-go/config/crd" },
    binaries: {
      "calico-felix": "github.com/projectcalico/calico/felix/cmd/calico-felix",
      calico: "github.com/projectcalico/calico/cni-plugin/cmd/calico",
    },
  },
  provider: {
    folder: "provider",
    binaries: { "pulumi-resource-kubernetes": "." },
    versions: providerVersion,
    // Its generated SDK is two thirds of what is compiled; so it takes a third less time.
    notInlined: "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/...",
    command: { module: providerModule, make: makeProviderCommand },
    // The engine warns of a plugin that it finds on PATH.
    linkedIn: "plugins",
  },
  logs: {
    folder: "logs",
    part: "logs",
    binaries: {
      "victoria-logs": "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs",
      vlagent: "github.com/VictoriaMetrics/VictoriaLogs/app/vlagent",
    },
  },
  kwok: {
    folder: "kwok",
    binaries: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
  },
  keda: {
    folder: "keda",
    part: "autoscaling",
    binaries: {
      "keda-operator": "github.com/kedacore/keda/v2/cmd/operator",
      "keda-adapter": "github.com/kedacore/keda/v2/cmd/adapter",
    },
    versions: () => ({ "github.com/kedacore/keda/v2/version.Version": kedaVersion }),
  },
  workflows: {
    folder: "workflows",
    binaries: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" },
  },
  prometheus: {
    folder: "prometheus",
    part: "monitoring",
    binaries: {
      prometheus: "github.com/prometheus/prometheus/cmd/prometheus",
      promtool: "github.com/prometheus/prometheus/cmd/promtool",
    },
    // Of the ways to discover targets, ours needs Kubernetes' alone; the others bring the SDKs of all clouds.
    tags: ["remove_all_sd", "enable_kubernetes_sd"],
    versions: () => ({ "github.com/prometheus/common/version.Version": "3.13.5" }),
    beside: {
      module: "github.com/prometheus/prometheus",
      folder: "prometheus-ui",
      madeBy: `pnpm ${pnpmVersion}`,
      make: buildPrometheusUi,
    },
  },
  // Apart, because it holds a whole collector of OpenTelemetry.
  tracing: {
    folder: "tracing",
    part: "tracing",
    binaries: { jaeger: "github.com/jaegertracing/jaeger/cmd/jaeger" },
  },
  // What rooms are recorded from.
  livekit: {
    folder: "livekit",
    part: "rooms",
    binaries: { "livekit-server": "github.com/livekit/livekit-server/cmd/server" },
  },
  release: {
    folder: "release",
    binaries: {
      cosign: "github.com/sigstore/cosign/v3/cmd/cosign",
      syft: "github.com/anchore/syft/cmd/syft",
      crane: "github.com/google/go-containerregistry/cmd/crane",
      fulcio: "github.com/sigstore/fulcio",
      "timestamp-server": "github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server",
    },
  },
} as const satisfies Record<string, GoModule>;
