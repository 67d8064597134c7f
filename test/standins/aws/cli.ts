import { cloudFolder } from "../kit/cloud-folder.ts";
import { clusterOf, execCredential, refusal } from "./get-token.ts";
import { tokenOf } from "./simulated-cluster.ts";

const args = process.argv.slice(2);
const cluster = clusterOf(args);
if (cluster === undefined) {
  process.stderr.write(`${refusal(args)}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${execCredential(await tokenOf(cluster, cloudFolder()), Date.now())}\n`);
}
