import { existsSync } from "node:fs";
import path from "node:path";
import { binFolder } from "../../../tools/paths.ts";
import { binaries } from "../../support/control-plane.ts";
import { kwokLabel } from "./nodes/node-object.ts";

/** The program that plays the nodes' kubelets: beside the other binaries, or where this clone has its own. */
export function kwokBinary(): string {
  const places = [binaries(), binFolder].map((folder) => path.join(folder, "kwok"));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    `none of ${places.join(", ")} is there: build it with \`buildTools("kwok")\` of tools/toolchain.ts`,
  );
}

const stagesFile = path.join(import.meta.dirname, "kwok-stages.yaml");

export function kwokArgs(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--manage-nodes-with-label-selector=${kwokLabel.key}=${kwokLabel.value}`,
    "--cidr=10.20.0.1/14",
    "--manage-all-nodes=false",
    "--node-lease-duration-seconds=0",
    `--config=${stagesFile}`,
  ];
}
