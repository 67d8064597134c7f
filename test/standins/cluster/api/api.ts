import { ApiError, isNotFound } from "../../../../tools/plugins/kubernetes/client/api-error.ts";
import { ApiHttp } from "../../../../tools/plugins/kubernetes/client/http.ts";
import type { Connection } from "../../../../tools/plugins/kubernetes/client/kubeconfig.ts";
import {
  isObject,
  listAt,
  toJsonObject,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";

export function connectionTo(server: string, ca: string, token: string): Connection {
  return {
    server,
    ca,
    token,
    insecure: false,
    serverName: undefined,
    certificate: undefined,
    key: undefined,
    tokenFile: undefined,
    basic: undefined,
    exec: undefined,
    namespace: "default",
  };
}

/** An administrator's calls to one API server; what is there or gone already is no error. */
export class Api {
  readonly http: ApiHttp;
  readonly signal: AbortSignal;

  constructor(connection: Connection, signal: AbortSignal) {
    this.http = new ApiHttp(connection);
    this.signal = signal;
  }

  async get(path: string): Promise<JsonObject> {
    return toJsonObject(await this.http.json({ method: "GET", path, signal: this.signal }));
  }

  async list(path: string): Promise<JsonObject[]> {
    return listAt(await this.get(path), "items").filter(isObject);
  }

  async create(path: string, body: JsonObject): Promise<void> {
    try {
      await this.http.json({ method: "POST", path, body, signal: this.signal });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }

  /** A JSON merge patch; false when the object is gone. */
  async patch(path: string, body: JsonObject): Promise<boolean> {
    const contentType = "application/merge-patch+json";
    const request = { method: "PATCH", path, body, contentType, signal: this.signal } as const;
    return this.#unlessGone(request);
  }

  async delete(path: string, graceSeconds?: number): Promise<void> {
    const options = { apiVersion: "v1", kind: "DeleteOptions" };
    const body =
      graceSeconds === undefined ? options : { ...options, gracePeriodSeconds: graceSeconds };
    await this.#unlessGone({ method: "DELETE", path, body, signal: this.signal });
  }

  /** False when a PodDisruptionBudget refuses. */
  async evict(namespace: string, name: string): Promise<boolean> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    const metadata = { name, namespace };
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata };
    try {
      // Not by `json`, which tries a refusal again and again.
      const sent = { method: "POST", path, body, signal: this.signal } as const;
      (await this.http.open(sent, 10_000)).resume();
      return true;
    } catch (error) {
      if (isNotFound(error)) return true;
      if (error instanceof ApiError && error.status === 429) return false;
      throw error;
    }
  }

  async #unlessGone(request: Parameters<ApiHttp["json"]>[0]): Promise<boolean> {
    try {
      await this.http.json(request);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}
