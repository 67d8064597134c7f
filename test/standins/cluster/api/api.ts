import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  IsomorphicFetchHttpLibrary,
  KubeConfig,
  RequestContext,
  type HttpMethod,
} from "@kubernetes/client-node";
import {
  isObject,
  listAt,
  parseJson,
  toJsonObject,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import type { ClusterAccess } from "../folder.ts";

interface Call {
  readonly method: HttpMethod;
  readonly path: string;
  readonly body?: JsonObject;
  readonly contentType?: string;
}

/** A server that is busy, or begins to serve a kind, refuses a call with 429 before it does anything. */
const busyTries = 20;
const busyPauseMs = 500;

function isRefusal(error: unknown, code: number): boolean {
  return error instanceof ApiException && error.code === code;
}

export function isNotFound(error: unknown): boolean {
  return isRefusal(error, 404);
}

function kubeConfigOf({ endpoint, caCertificate, token }: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "simulated", server: endpoint, caData: caCertificate, skipTLSVerify: false },
    { name: "administrator", token },
  );
  return config;
}

/** An administrator's calls to one API server; what is there or gone already is no error. */
export class Api {
  readonly config: KubeConfig;
  readonly signal: AbortSignal;
  readonly #endpoint: string;
  readonly #http = new IsomorphicFetchHttpLibrary();
  /** Credentials and kept connections, which the client would make anew for each call. */
  readonly #authorized: Promise<RequestContext>;

  constructor(access: ClusterAccess, signal: AbortSignal) {
    this.config = kubeConfigOf(access);
    this.signal = signal;
    this.#endpoint = access.endpoint;
    this.#authorized = this.#authorize();
  }

  /** The answer as it is; a refusal is an ApiException. */
  async text(path: string): Promise<string> {
    return this.#sendPatiently({ method: "GET", path });
  }

  async get(path: string): Promise<JsonObject> {
    return toJsonObject(parseJson(await this.text(path)));
  }

  async list(path: string): Promise<JsonObject[]> {
    return listAt(await this.get(path), "items").filter(isObject);
  }

  async create(path: string, body: JsonObject): Promise<void> {
    await this.#unless(409, { method: "POST", path, body });
  }

  /** A JSON merge patch; false when the object is gone. */
  async patch(path: string, body: JsonObject): Promise<boolean> {
    const contentType = "application/merge-patch+json";
    return this.#unless(404, { method: "PATCH", path, body, contentType });
  }

  async delete(path: string, graceSeconds?: number): Promise<void> {
    const options = { apiVersion: "v1", kind: "DeleteOptions" };
    const body =
      graceSeconds === undefined ? options : { ...options, gracePeriodSeconds: graceSeconds };
    await this.#unless(404, { method: "DELETE", path, body });
  }

  /** False when a PodDisruptionBudget refuses. */
  async evict(namespace: string, name: string): Promise<boolean> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    const metadata = { name, namespace };
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata };
    try {
      await this.#send({ method: "POST", path, body });
      return true;
    } catch (error) {
      if (isNotFound(error)) return true;
      if (isRefusal(error, 429)) return false;
      throw error;
    }
  }

  async #authorize(): Promise<RequestContext> {
    const context = new RequestContext(this.#endpoint, "GET");
    await this.config.applySecurityAuthentication(context);
    return context;
  }

  async #send({ method, path, body, contentType = "application/json" }: Call): Promise<string> {
    const authorized = await this.#authorized;
    const context = new RequestContext(this.#endpoint + path, method);
    for (const [name, value] of Object.entries(authorized.getHeaders())) {
      context.setHeaderParam(name, value);
    }
    const dispatcher = authorized.getDispatcher();
    if (dispatcher !== undefined) context.setDispatcher(dispatcher);
    context.setSignal(this.signal);
    if (body !== undefined) {
      context.setHeaderParam("content-type", contentType);
      context.setBody(JSON.stringify(body));
    }
    const answer = await this.#http.send(context).toPromise();
    const text = await answer.body.text();
    if (answer.httpStatusCode < 300) return text;
    throw new ApiException(answer.httpStatusCode, `${method} ${path}`, text, answer.headers);
  }

  async #sendPatiently(call: Call): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#send(call);
      } catch (error) {
        if (tries === busyTries || !isRefusal(error, 429)) throw error;
        await sleep(busyPauseMs, undefined, { signal: this.signal });
      }
    }
  }

  /** Whether the call went through; false when it was refused with this code. */
  async #unless(code: number, call: Call): Promise<boolean> {
    try {
      await this.#sendPatiently(call);
      return true;
    } catch (error) {
      if (isRefusal(error, code)) return false;
      throw error;
    }
  }
}
