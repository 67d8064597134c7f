import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { mkdirSync } from "node:fs";
import path from "node:path";
import {
  at,
  isObject,
  objectAt,
  parseJson,
  textAt,
  type Json,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import { hasCode, writeAtomically } from "./cloud-folder.ts";

/** A resource of the simulated cloud. */
export interface Stored {
  /** "gcp", "aws" or "eks". */
  readonly provider: string;
  /** Pulumi's type token. */
  readonly type: string;
  readonly id: string;
  /** The cloud's own name of it. */
  readonly name: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Entry extends Stored {
  readonly file: string;
}

/** Google's APIs take a resource with and without the address of the API in front. */
const googleApi =
  /^https:\/\/(www|compute|sqladmin)\.googleapis\.com\/(compute\/v1|sql\/v1beta4)\//;

function bare(reference: string): string {
  return reference.replace(googleApi, "").replace(/^\/\/[a-z.]+\.googleapis\.com\//, "");
}

const handleKeys = ["selfLink", "arn", "name", "email", "member"];

/** Everything by which another resource may refer to this one. */
function handles(stored: Stored): Set<string> {
  const named = handleKeys.flatMap((key) => textAt(stored.outputs, key) ?? []);
  return new Set([stored.id, stored.name, ...named].map(bare));
}

export function refersTo(reference: string, stored: Stored): boolean {
  return reference !== "" && handles(stored).has(bare(reference));
}

/** The strings under a field path in which "*" stands for every index or key. */
export function textsAt(value: Json | undefined, field: string): string[] {
  const walk = (inner: Json | undefined, parts: readonly string[]): string[] => {
    const [part, ...rest] = parts;
    if (part === undefined) return typeof inner === "string" ? [inner] : [];
    if (part !== "*") return walk(at(inner, part), rest);
    if (Array.isArray(inner)) return inner.flatMap((item) => walk(item, rest));
    return isObject(inner) ? Object.values(inner).flatMap((item) => walk(item, rest)) : [];
  };
  return walk(value, field.split("."));
}

function toEntry(file: string, content: JsonObject): Entry {
  const text = (key: string): string => textAt(content, key) ?? "";
  return {
    file,
    provider: text("provider"),
    type: text("type"),
    id: text("id"),
    name: text("name"),
    inputs: objectAt(content, "inputs") ?? {},
    outputs: objectAt(content, "outputs") ?? {},
    createdAt: text("createdAt"),
  };
}

function readEntry(file: string): Entry | undefined {
  try {
    const content = parseJson(readFileSync(file, "utf8"));
    return isObject(content) ? toEntry(file, content) : undefined;
  } catch (error) {
    // Another process has deleted the resource since the folder was listed.
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function write(file: string, stored: Stored): void {
  const { provider, type, id, name, inputs, outputs, createdAt } = stored;
  const content = { provider, type, id, name, inputs, outputs, createdAt };
  writeAtomically(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** The simulated cloud on disk: one JSON file for each resource, shared by any number of processes. */
export class CloudStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  list(type?: string): Entry[] {
    return this.#entries("resources").filter((entry) => type === undefined || entry.type === type);
  }

  /** What the cloud keeps for ever and nobody can delete; its names stay taken. */
  kept(type: string): Entry[] {
    return this.#entries("kept").filter((entry) => entry.type === type);
  }

  find(type: string, id: string): Entry | undefined {
    return this.list(type).find((entry) => entry.id === id);
  }

  byName(type: string, name: string): Entry | undefined {
    return this.list(type).find((entry) => entry.name === name);
  }

  /** The resource of a type that a reference (id, name, self link, ARN, e-mail) means. */
  referred(type: string, reference: string): Entry | undefined {
    return this.list(type).find((entry) => refersTo(reference, entry));
  }

  create(stored: Omit<Stored, "createdAt">): Entry {
    const file = path.join(this.folder, "resources", `${randomUUID()}.json`);
    const complete = { ...stored, createdAt: new Date().toISOString() };
    write(file, complete);
    return { ...complete, file };
  }

  update(entry: Entry, changes: Partial<Pick<Stored, "inputs" | "outputs" | "name">>): Entry {
    const changed = { ...entry, ...changes };
    write(entry.file, changed);
    return changed;
  }

  remove(entry: Entry): void {
    rmSync(entry.file, { force: true });
  }

  keep(entry: Entry): void {
    const folder = path.join(this.folder, "kept");
    mkdirSync(folder, { recursive: true });
    renameSync(entry.file, path.join(folder, path.basename(entry.file)));
  }

  #entries(part: "resources" | "kept"): Entry[] {
    const folder = path.join(this.folder, part);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => readEntry(path.join(folder, name)) ?? []);
  }
}
