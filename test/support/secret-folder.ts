import { chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { user } from "../../tools/services/sandbox.ts";
import { isRoot } from "../../tools/user-namespace.ts";

/** Files that are replaced all at once, as the kubelet keeps those of a Secret: what changes is a link to the folder that they are in. */
export class SecretFolder {
  readonly #path: string;
  #generation = 0;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(path, { recursive: true });
  }

  put(files: Readonly<Record<string, string>>): void {
    this.#generation += 1;
    const name = `..${this.#generation}`;
    const own = join(this.#path, name);
    mkdirSync(own);
    if (isRoot) chownSync(own, 0, user);
    for (const [file, text] of Object.entries(files)) {
      // Of root and the pod's group; in a namespace of the tester's own there is one user.
      writeFileSync(join(own, file), text, { mode: isRoot ? 0o440 : 0o400 });
      if (isRoot) chownSync(join(own, file), 0, user);
    }
    symlinkSync(name, join(this.#path, "..next"));
    renameSync(join(this.#path, "..next"), join(this.#path, "..data"));
    if (this.#generation > 1) {
      rmSync(join(this.#path, `..${this.#generation - 1}`), { recursive: true });
      return;
    }
    for (const file of Object.keys(files)) {
      symlinkSync(join("..data", file), join(this.#path, file));
    }
  }
}
