import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { parseDocument } from "yaml";
import { exec } from "../../../tools/exec.ts";
import { parseAs } from "../../../tools/parse.ts";
import type { Part } from "../../../tools/parts.ts";
import { own, root } from "../../../tools/paths.ts";
import { writeWhole } from "../../../tools/steps.ts";

/** What the node was set up with. The numbers stay in it: whoever deploys after this must not lower them. */
export const stackFile = join(own, "Pulumi.local.yaml");

const Count = Type.Integer({ minimum: 0 });

/** Rotates secrets once more, as docs/runbooks/rotate-secrets.md says: a number in the stack file, one higher. */
export function rotateInFile(...secrets: readonly string[]): void {
  const stack = parseDocument(readFileSync(stackFile, "utf8"));
  for (const secret of secrets) {
    const path = ["config", "framewright:rotations", secret];
    const before = parseAs(Count, stack.getIn(path) ?? 0, `rotations.${secret}`);
    stack.setIn(path, before + 1);
  }
  writeWhole(stackFile, stack.toString());
}

/** The stack with these parts and no others, as a user deploys it. */
export function upWith(...parts: readonly Part[]): Promise<string> {
  const command = ["run", "--silent", "up", "--", "--with", parts.join(",")];
  return exec("npm", command, { cwd: root });
}
