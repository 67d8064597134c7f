import { clusterToken } from "./simulated-cluster.ts";
import { cloudFolder } from "../kit/cloud-folder.ts";
import { clusterOf, execCredential, refusal } from "./get-token.ts";

const args = process.argv.slice(2);
const cluster = clusterOf(args);
if (cluster === undefined) {
  process.stderr.write(`${refusal(args)}\n`);
  process.exitCode = 1;
} else {
  const token = clusterToken({ cloudFolder: cloudFolder(), id: cluster });
  process.stdout.write(`${execCredential(token, Date.now())}\n`);
}
