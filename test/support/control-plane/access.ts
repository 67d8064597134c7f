import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { ControlPlane } from "../control-plane.ts";

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: {
      readonly server: string;
      readonly "certificate-authority-data"?: string;
    } & {
      readonly "certificate-authority"?: string;
    };
  }[];
}

/** The variables with which a program of `objects/` reaches this Kubernetes API as that account. */
export function accessAs(
  plane: ControlPlane,
  account: { readonly namespace: string; readonly name: string },
) {
  const { kubeconfig, folder } = plane;
  const { clusters } = parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
  const { cluster } = clusters[0]!;
  const data = cluster["certificate-authority-data"];
  const caFile = path.join(folder, "ca-of-the-api.pem");
  const tokenFile = path.join(folder, "token");
  writeFileSync(
    caFile,
    data === undefined
      ? readFileSync(cluster["certificate-authority"] ?? "")
      : Buffer.from(data, "base64"),
  );
  writeFileSync(tokenFile, plane.kubectl("-n", account.namespace, "create", "token", account.name));
  return { KUBERNETES_URL: cluster.server, TOKEN_FILE: tokenFile, CA_FILE: caFile };
}
