import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Where the engines lie, which are no packages of this workspace: one of them is 290 MB, and only who runs the services
 * installs them.
 */
export class EngineFolder {
  private readonly require: NodeJS.Require;

  constructor(folder: string) {
    this.require = createRequire(pathToFileURL(join(folder, "package.json")));
  }

  load(name: string): unknown {
    const loaded: unknown = this.require(name);
    return loaded;
  }

  read(file: string): Buffer {
    return readFileSync(this.require.resolve(file));
  }
}
