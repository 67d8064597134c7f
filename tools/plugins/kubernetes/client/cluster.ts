import { isObject, listAt, textAt, toJsonObject, type JsonObject } from "../../kit/json.ts";
import { NoSuchKind, isNotFound } from "./api-error.ts";
import { ApiHttp } from "./http.ts";
import type { Connection } from "./kubeconfig.ts";

/** Where objects of one kind live in the API. */
export interface Resource {
  /** "/api/v1" or "/apis/GROUP/VERSION". */
  root: string;
  plural: string;
  namespaced: boolean;
}

export interface Identity {
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string;
}

export interface ApplyOptions {
  fieldManager: string;
  force: boolean;
  dryRun: boolean;
  /** Takes the server's warnings: unknown fields, deprecated versions, pods that a policy would refuse. */
  warn?: (message: string) => void;
}

export function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

export function identityOf(object: JsonObject): Identity {
  return {
    apiVersion: textAt(object, "apiVersion") ?? "",
    kind: textAt(object, "kind") ?? "",
    namespace: textAt(object, "metadata", "namespace"),
    name: textAt(object, "metadata", "name") ?? "",
  };
}

/** One cluster: kinds by discovery, objects by name. */
export class Cluster {
  readonly http: ApiHttp;
  /** Namespace of objects that name none. */
  readonly namespace: string;
  readonly #signal: AbortSignal;
  readonly #kinds = new Map<string, Promise<readonly JsonObject[]>>();

  constructor(connection: Connection, namespace: string | undefined, signal: AbortSignal) {
    this.http = new ApiHttp(connection);
    this.namespace = namespace ?? connection.namespace;
    this.#signal = signal;
  }

  /** Finds a kind; one that is missing is looked for anew each time, since a CRD may bring it. */
  async resource(apiVersion: string, kind: string): Promise<Resource> {
    const known = this.#find(await this.#discover(apiVersion), apiVersion, kind);
    if (known !== undefined) return known;
    this.#kinds.delete(apiVersion);
    const fresh = this.#find(await this.#discover(apiVersion), apiVersion, kind);
    if (fresh !== undefined) return fresh;
    throw new NoSuchKind(apiVersion, kind);
  }

  async hasKind(apiVersion: string, kind: string): Promise<boolean> {
    try {
      await this.resource(apiVersion, kind);
      return true;
    } catch (error) {
      if (error instanceof NoSuchKind) return false;
      throw error;
    }
  }

  async path(identity: Identity): Promise<string> {
    return `${await this.collection(identity)}/${encodeURIComponent(identity.name)}`;
  }

  async collection(identity: Omit<Identity, "name">): Promise<string> {
    const { root, plural, namespaced } = await this.resource(identity.apiVersion, identity.kind);
    const namespace = identity.namespace ?? this.namespace;
    return namespaced ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  }

  async get(identity: Identity, signal = this.#signal): Promise<JsonObject> {
    return toJsonObject(
      await this.http.json({ method: "GET", path: await this.path(identity), signal }),
    );
  }

  /** The object, or undefined if it (or its whole kind) is not there. */
  async find(identity: Identity): Promise<JsonObject | undefined> {
    try {
      return await this.get(identity);
    } catch (error) {
      if (isNotFound(error) || error instanceof NoSuchKind) return undefined;
      throw error;
    }
  }

  async list(path: string, query: Readonly<Record<string, string>>): Promise<JsonObject[]> {
    const list = await this.http.json({ method: "GET", path, query, signal: this.#signal });
    return listAt(list, "items").filter(isObject);
  }

  /** Server-side apply: the server merges, and remembers which fields are this manager's. */
  async apply(object: JsonObject, options: ApplyOptions): Promise<JsonObject> {
    return toJsonObject(
      await this.http.json({
        method: "PATCH",
        path: await this.path(identityOf(object)),
        query: {
          fieldManager: options.fieldManager,
          force: String(options.force),
          ...(options.dryRun ? { dryRun: "All" } : {}),
        },
        body: object,
        contentType: "application/apply-patch+yaml",
        warn: options.warn,
        signal: this.#signal,
      }),
    );
  }

  /** Plain create, only for objects whose name the server is to make up. */
  async create(object: JsonObject, options: Omit<ApplyOptions, "force">): Promise<JsonObject> {
    const query = {
      fieldManager: options.fieldManager,
      ...(options.dryRun ? { dryRun: "All" } : {}),
    };
    const path = await this.collection(identityOf(object));
    const { warn } = options;
    const signal = this.#signal;
    const request = { method: "POST", path, query, body: object, warn, signal } as const;
    return toJsonObject(await this.http.json(request));
  }

  async delete(identity: Identity, propagationPolicy: string): Promise<void> {
    await this.http.json({
      method: "DELETE",
      path: await this.path(identity),
      body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
      signal: this.#signal,
    });
  }

  /** Forgets an API group's kinds, after its definition changed. */
  forgetKinds(): void {
    this.#kinds.clear();
  }

  #find(kinds: readonly JsonObject[], apiVersion: string, kind: string): Resource | undefined {
    const found = kinds.find(
      (entry) => entry["kind"] === kind && !(textAt(entry, "name") ?? "/").includes("/"),
    );
    const plural = textAt(found, "name");
    if (found === undefined || plural === undefined) return undefined;
    return { root: rootOf(apiVersion), plural, namespaced: found["namespaced"] === true };
  }

  async #discover(apiVersion: string): Promise<readonly JsonObject[]> {
    const known = this.#kinds.get(apiVersion);
    if (known !== undefined) return known;
    const asked = this.#ask(apiVersion);
    this.#kinds.set(apiVersion, asked);
    asked.catch(() => this.#kinds.delete(apiVersion));
    return asked;
  }

  async #ask(apiVersion: string): Promise<readonly JsonObject[]> {
    const request = { method: "GET", path: rootOf(apiVersion), signal: this.#signal } as const;
    try {
      const list = await this.http.json(request);
      return listAt(list, "resources").filter(isObject);
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}
