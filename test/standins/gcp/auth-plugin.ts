import { cloudFolder } from "../kit/cloud-folder.ts";
import { CloudStore } from "../kit/store.ts";
import { clusterFor, execCredential } from "./exec-credential.ts";
import { tokenOf } from "./simulated-cluster.ts";
import { clusterType } from "./type-tokens.ts";

const store = new CloudStore(cloudFolder());
const cluster = clusterFor(process.env["KUBERNETES_EXEC_INFO"], store.list(clusterType));
if (cluster === undefined) {
  process.stderr.write(`the simulated cloud in ${store.folder} has no cluster of GKE\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${execCredential(await tokenOf(cluster, store), Date.now())}\n`);
}
