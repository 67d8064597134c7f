import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/paths.ts";

/** The commands of a section of docs/runbooks/full-disaster.md, block by block. */
function scriptsOf(heading: string): string[] {
  const page = readFileSync(join(root, "docs/runbooks/full-disaster.md"), "utf8");
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(/^( *)```sh\n(.*?)^ *```/gms)].map(([, indent = "", script = ""]) =>
    script.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

/** On one machine, with the folder of the volumes that somebody at the keyboard would fill in. */
export function machineScripts(kept: string): string[] {
  return scriptsOf("On one machine").map((script) =>
    script.replace(/^kept=.*$/m, `kept='${kept}'`),
  );
}

/** What gives the store of backups its disk of before. */
export function gkeScript(): string {
  return scriptsOf("On GKE and EKS")[1] ?? "";
}
