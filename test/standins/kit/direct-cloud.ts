import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { plainObject } from "../../../tools/plugins/kit/properties.ts";
import type { Change, Failure, Provider, Read } from "../../../tools/plugins/kit/provider.ts";
import { cloudServer } from "./cloud-provider.ts";
import type { Cloud } from "./row.ts";
import type { CloudStore } from "./store.ts";

/** A resource as the engine would keep it in its state. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
}

function subject(type: string, name: string) {
  return { urn: `urn:pulumi:test::direct::${type}::${name}`, type, name };
}

/** A simulated cloud without an engine: its provider is called as the engine would call it. */
export class DirectCloud {
  readonly provider: Provider;
  readonly store: CloudStore;

  constructor(provider: Provider, store: CloudStore) {
    this.provider = provider;
    this.store = store;
  }

  async check(type: string, name: string, news: JsonObject): Promise<readonly Failure[]> {
    const seed = Buffer.from(name);
    const checked = await this.provider.check({ ...subject(type, name), news, olds: {}, seed });
    return checked.failures ?? [];
  }

  /** Checks, and creates what passes; a failure of the check is thrown like one of the cloud. */
  async create(type: string, name: string, news: JsonObject): Promise<Resource> {
    const seed = Buffer.from(`${name}${Math.random().toString()}`);
    const call = subject(type, name);
    const { inputs, failures = [] } = await this.provider.check({ ...call, news, olds: {}, seed });
    const [failure] = failures;
    if (failure !== undefined) throw new Error(`${failure.property}: ${failure.reason}`);
    const { id, properties } = await this.provider.create({
      ...call,
      inputs,
      preview: false,
      timeoutSeconds: 0,
    });
    return { type, name, id, inputs, outputs: plainObject(properties) };
  }

  async update(resource: Resource, news: JsonObject): Promise<Resource> {
    const inputs = { ...resource.inputs, ...news };
    const properties = await this.provider.update({
      ...subject(resource.type, resource.name),
      id: resource.id,
      olds: resource.outputs,
      oldInputs: resource.inputs,
      news: inputs,
      ignoreChanges: [],
      preview: false,
      timeoutSeconds: 0,
    });
    return { ...resource, inputs, outputs: plainObject(properties) };
  }

  /** What a change of some inputs means, by property path. */
  async diff(resource: Resource, news: JsonObject): Promise<Record<string, Change>> {
    const { changes } = await this.provider.diff({
      ...subject(resource.type, resource.name),
      id: resource.id,
      olds: resource.outputs,
      oldInputs: resource.inputs,
      news: { ...resource.inputs, ...news },
      ignoreChanges: [],
    });
    return Object.fromEntries(changes);
  }

  async read(resource: Resource): Promise<Read | undefined> {
    const { type, name, id, inputs, outputs } = resource;
    return this.provider.read({ ...subject(type, name), id, inputs, properties: outputs });
  }

  async delete({ type, name, id, inputs, outputs }: Resource): Promise<void> {
    const call = { ...subject(type, name), id, properties: outputs, oldInputs: inputs };
    await this.provider.delete({ ...call, timeoutSeconds: 0 });
  }

  dispose(): void {
    rmSync(this.store.folder, { recursive: true, force: true });
  }
}

export async function directCloud(
  cloud: Cloud,
  config: Readonly<Record<string, string>>,
): Promise<DirectCloud> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "direct-cloud-"));
  const { provider, session } = await cloudServer(cloud, folder);
  provider.configure(new Map(Object.entries(config)));
  return new DirectCloud(provider, session.store);
}
