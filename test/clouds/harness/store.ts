import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A resource of the simulated cloud, as far as scenarios look at it. */
export interface CloudResource {
  readonly provider: string;
  readonly type: string;
  readonly id: string;
  /** The cloud's own name. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Something that goes wrong in the cloud; test/standins/README.md says what each field does. */
export interface Fault {
  readonly provider?: string;
  readonly type?: string;
  readonly name?: string;
  /** "scale": the cloud has no further machine for a pool. */
  readonly operation: "create" | "update" | "delete" | "read" | "scale";
  readonly error?: string;
  readonly delaySeconds?: number;
  readonly times?: number;
}

/** The simulated cloud on disk, seen from outside of its providers. */
export class CloudView {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  resources(type?: string): CloudResource[] {
    const all = this.#read("resources");
    return all.filter((resource) => type === undefined || resource.type === type);
  }

  /** "type name" of everything that is there, sorted. */
  inventory(): string[] {
    return this.resources().map(described).sort();
  }

  /** As {@link inventory}, of what the cloud never deletes. */
  kept(): string[] {
    return this.#read("kept").map(described).sort();
  }

  /**
   * Changes a resource behind Pulumi's back, as somebody does with the cloud's own command line. An id alone may be that
   * of several: what is set on a bucket has the bucket's.
   */
  amend(
    { id, type }: Pick<CloudResource, "id" | "type">,
    change: (resource: CloudResource) => CloudResource,
  ): void {
    const folder = join(this.folder, "resources");
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
      const file = join(folder, name);
      const found = readResource(file).find(
        (resource) => resource.id === id && resource.type === type,
      );
      if (found === undefined) continue;
      writeFileSync(`${file}.part`, JSON.stringify(change(found)));
      renameSync(`${file}.part`, file);
      return;
    }
    throw new Error(`there is no ${id} in the cloud`);
  }

  /** Clusters that were started and not stopped; of a stopped one the logs stay. */
  clusters(): string[] {
    const folder = join(this.folder, "clusters");
    const all = existsSync(folder) ? readdirSync(folder) : [];
    return all.filter((id) => existsSync(join(folder, id, "pids.json")));
  }

  setFaults(...faults: readonly Fault[]): void {
    const file = join(this.folder, "faults.json");
    if (faults.length === 0) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify(faults));
  }

  #read(part: "resources" | "kept"): CloudResource[] {
    const folder = join(this.folder, part);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => readResource(join(folder, name)));
  }
}

function described({ type, name }: CloudResource): string {
  return `${type} ${name}`;
}

function readResource(file: string): CloudResource[] {
  try {
    return [JSON.parse(readFileSync(file, "utf8")) as CloudResource];
  } catch (error) {
    if (!existsSync(file)) return []; // deleted since the listing
    throw error;
  }
}
