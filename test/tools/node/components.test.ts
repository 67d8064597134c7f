import { describe, expect, it } from "vitest";
import {
  apiServerClusterIp,
  dnsClusterIp,
  nodeIp,
  podCidr,
  serviceCidr,
} from "../../../tools/node/addresses.ts";
import { configFiles, kubeconfigPath, nodeComponents } from "../../../tools/node/components.ts";

const programs = { bin: "/bin-folder", unpacked: "/unpacked" };
const components = nodeComponents(programs);

function flagsOf(name: string): readonly string[] {
  return components.find((component) => component.name === name)?.command ?? [];
}

function network(cidr: string): string {
  const [address = "", bits] = cidr.split("/");
  return address
    .split(".")
    .slice(0, Number(bits) / 8)
    .join(".");
}

describe("the components of the node", () => {
  it("start with what the others stand on", () => {
    expect(components.map(({ name }) => name)).toEqual([
      "containerd",
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
      "kubelet",
      "felix",
    ]);
  });

  it("are waited for where a later one needs them", () => {
    const waited = components.filter(({ ready }) => ready !== undefined).map(({ name }) => name);
    expect(waited).toEqual(["containerd", "etcd", "kube-apiserver"]);
  });

  it("let nobody in without a certificate", () => {
    expect(flagsOf("kube-apiserver")).toContain("--anonymous-auth=false");
    expect(flagsOf("kube-apiserver")).toContain("--authorization-mode=Node,RBAC");
    expect(flagsOf("etcd")).toContain("--client-cert-auth=true");
  });

  it("run the programs that were built and unpacked, and no others", () => {
    for (const { command } of components) {
      expect(command[0]).toMatch(/^\/(bin-folder|unpacked)\//);
    }
  });

  it("hold pods to the limits of their scratch volumes", () => {
    const kubelet: unknown = JSON.parse(configFiles(programs)["kubelet.yaml"] ?? "");
    expect(kubelet).toMatchObject({ localStorageCapacityIsolation: true });
  });

  it("keep secrets encrypted in etcd", () => {
    const encrypted = flagsOf("kube-apiserver").some((flag) =>
      flag.startsWith("--encryption-provider-config="),
    );
    expect(encrypted).toBe(true);
  });

  it("use only kubeconfigs that start.ts writes", () => {
    const written = ["controller-manager", "scheduler", "kubelet", "kube-proxy", "calico"];
    const everything = JSON.stringify([components, configFiles(programs)]);
    const used = [...everything.matchAll(/config\/([a-z-]+)\.kubeconfig/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(written));
    expect(kubeconfigPath("kubelet")).toMatch(/config\/kubelet\.kubeconfig$/);
  });
});

describe("the addresses of the node", () => {
  it("do not overlap", () => {
    const networks = [podCidr, serviceCidr, `${nodeIp}/24`].map(network);
    for (const one of networks) {
      expect(networks.filter((other) => other.startsWith(`${one}.`) || other === one)).toHaveLength(
        1,
      );
    }
  });

  it("of services lie in the services' range", () => {
    for (const address of [apiServerClusterIp, dnsClusterIp]) {
      expect(address.startsWith(`${network(serviceCidr)}.`)).toBe(true);
    }
  });
});
