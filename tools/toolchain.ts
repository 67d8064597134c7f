import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { exec } from "./exec.ts";
import { binFolder, cache, logFolder, pulumiHome, root } from "./paths.ts";
import { hashOf } from "./steps.ts";

const kubernetesVersion = "v1.35.4";
export const pulumiVersion = "3.250.0";

const component = "k8s.io/component-base/version";

/** `-X` values: without them the binaries report an empty version, and Pulumi refuses its own plugins. */
const versions = {
  [`${component}.gitVersion`]: kubernetesVersion,
  [`${component}.gitMajor`]: "1",
  [`${component}.gitMinor`]: "35",
  [`${component}.gitTreeState`]: "clean",
  [`${component}.gitCommit`]: "unknown",
  [`${component}.buildDate`]: "1970-01-01T00:00:00Z",
  "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
};

interface Module {
  /** Folder of the go.mod, under tools/go. */
  readonly folder: string;
  /** Binary name → Go package. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Folder of custom resource definitions inside a Go module, kept beside the binaries. */
  readonly crds?: { readonly module: string; readonly folder: string };
}

/** Modules of their own where dependencies contradict each other. Biggest first. */
const modules = {
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
  kwok: {
    folder: "kwok",
    binaries: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
  },
  workflows: {
    folder: "workflows",
    binaries: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" },
  },
  // Apart, because kube-score needs an older API of Kubernetes.
  judges: {
    folder: "judges",
    binaries: {
      kubeconform: "github.com/yannh/kubeconform/cmd/kubeconform",
      "kube-score": "github.com/zegl/kube-score/cmd/kube-score",
    },
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
} as const satisfies Record<string, Module>;

export type ModuleName = keyof typeof modules;
/** What the node and its stack need; the others are each for the one group of tests that needs it. */
export const moduleNames: readonly ModuleName[] = [
  "kubernetes",
  "pulumi",
  "volumes",
  "addons",
  "calico",
];

const go = { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOTOOLCHAIN: "auto" };

function moduleFolder(module: Module): string {
  return join(root, "tools/go", module.folder);
}

function outputFolder(module: Module): string {
  const read = (file: string): string => readFileSync(join(moduleFolder(module), file), "utf8");
  const key = hashOf(
    read("go.mod"),
    read("go.sum"),
    JSON.stringify(versions),
    JSON.stringify(module.binaries),
    process.arch,
  );
  return join(cache, "go", key);
}

async function buildModule(module: Module, folder: string, log: string): Promise<void> {
  const flags = Object.entries(versions).map(([name, value]) => `-X ${name}=${value}`);
  // One call for all, so that they link side by side. etcd's package is named `server`.
  const packages = Object.values(module.binaries);
  const part = `${folder}.part`;
  mkdirSync(part, { recursive: true });
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", ["-s -w", ...flags].join(" ")];
  await exec("go", [...args, "-o", `${part}/`, ...packages], {
    cwd: moduleFolder(module),
    env: go,
    log,
  });
  if (existsSync(join(part, "server"))) renameSync(join(part, "server"), join(part, "etcd"));
  if (module.crds !== undefined) {
    const dir = await exec("go", ["list", "-m", "-f", "{{.Dir}}", module.crds.module], {
      cwd: moduleFolder(module),
      env: go,
    });
    cpSync(join(dir.trim(), module.crds.folder), join(part, "crds"), { recursive: true });
  }
  renameSync(part, folder);
}

async function requireGo(): Promise<void> {
  try {
    await exec("go", ["version"]);
  } catch {
    throw new Error(
      "Go is not on PATH. The Kubernetes binaries are built from Go modules: install Go 1.26 or later.",
    );
  }
}

/**
 * Builds what is missing of a module into the cache and links it into the clone. True when it built.
 *
 * @param beforeBuild told before something is built, which takes minutes
 */
export async function buildTools(
  name: ModuleName,
  beforeBuild: () => void = () => undefined,
): Promise<boolean> {
  const module: Module = modules[name];
  const folder = outputFolder(module);
  const missing = !existsSync(folder);
  if (missing) {
    await requireGo();
    beforeBuild();
    await buildModule(module, folder, join(logFolder, `build-${name}.log`));
  }
  mkdirSync(binFolder, { recursive: true });
  for (const binary of Object.keys(module.binaries)) {
    const link = join(binFolder, binary);
    rmSync(link, { force: true });
    symlinkSync(join(folder, binary), link);
  }
  return missing;
}

/** The version of a `pulumi` that the machine already has, when it fits this program. */
export async function pulumiOnPath(): Promise<string | undefined> {
  // Otherwise the question alone would make a folder in the user's home.
  const env = { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    const [, minor] = /^v3\.(\d+)\./.exec(await exec("pulumi", ["version"], { env })) ?? [];
    return minor !== undefined && Number(minor) >= 250 ? `3.${minor}` : undefined;
  } catch {
    return undefined;
  }
}

/** Calico's custom resource definitions, as its Go module ships them. */
export const calicoCrdFolder = join(outputFolder(modules.calico), "crds");
