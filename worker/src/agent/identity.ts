import {
  KeyResponse,
  RegisterResponse,
  ResumeResponse,
  type RegisterRequest,
} from "@framewright/contracts/worker-api.ts";
import { decode } from "./decode.ts";
import { ApiRefused, WorkerRefused, type Answer, type Call, type Post } from "./http.ts";
import type { KeyFile } from "./key-file.ts";

export interface IdentityArgs {
  readonly post: Post;
  /**
   * Secret, ticket or token to register with; asked for each time, so that it is not kept. Without one the key file has
   * the key.
   */
  readonly registrar: (() => Promise<string>) | undefined;
  /** What the worker is when it registers. */
  readonly registration: () => RegisterRequest;
  /** Without one the key is in memory only. */
  readonly keyFile?: KeyFile | undefined;
  /** Called with the worker's id, each time that the API gives one. */
  readonly onIdentified?: ((workerId: string) => void) | undefined;
  /** Called once for a worker that the API takes nothing from any more. */
  readonly onRefused?: (refusal: WorkerRefused) => void;
}

/** A call without its key. */
export type KeylessCall = Omit<Call, "headers">;

const keyUnknown =
  "The API does not know this worker's key, and nothing is set to register with; make a token, and set WORKER_TOKEN to it";

/** Holds the worker's own key, and gets a new one when it is refused or has been used for long enough. */
export class Identity {
  readonly #args: IdentityArgs;
  #key: Promise<string> | undefined;
  #refused = false;

  constructor(args: IdentityArgs) {
    this.#args = args;
  }

  async register(): Promise<void> {
    await this.#watched(() => this.#current());
  }

  async authorised(call: KeylessCall): Promise<Answer> {
    return this.#watched(async () => {
      const used = this.#current();
      const answer = await this.#attempt(call, await used);
      if (answer.status !== 401) return answer;
      // Several calls may be refused at once; the first one renews for all.
      if (this.#key === used) this.#key = this.#kept(() => this.#registered());
      const again = await this.#attempt(call, await this.#current());
      if (again.status === 401) throw new ApiRefused(call.path, 401, "the new key is refused too");
      return again;
    });
  }

  /** Takes another key. Calls that are under way go on with the one before, which is good until they have ended. */
  async rotate(): Promise<void> {
    const path = "/v1/workers/key";
    const answer = await this.authorised({ path, body: {} });
    const { apiKey } = decode(KeyResponse, path, answer.body);
    // Not used before it is on the disk: after a crash in between, the former one still is the worker's.
    await this.#args.keyFile?.write(apiKey);
    this.#key = Promise.resolve(apiKey);
  }

  #current(): Promise<string> {
    this.#key ??= this.#kept(() => this.#resumed());
    return this.#key;
  }

  #kept(get: () => Promise<string>): Promise<string> {
    const key = get().catch((error: unknown) => {
      if (this.#key === key) this.#key = undefined;
      throw error;
    });
    return key;
  }

  /** With the key of the file where there is one and the API knows it, or else as a new worker. */
  async #resumed(): Promise<string> {
    const { keyFile, registration } = this.#args;
    const key = await keyFile?.read();
    if (key === undefined) return this.#registered();
    const path = "/v1/workers/resume";
    const answer = await this.#attempt({ path, body: registration() }, key);
    if (answer.status === 401) return this.#registered();
    if (answer.status >= 400) throw new ApiRefused(path, answer.status, "resuming refused");
    const { workerId } = decode(ResumeResponse, path, answer.body);
    this.#args.onIdentified?.(workerId);
    return key;
  }

  async #registered(): Promise<string> {
    const { post, registrar, registration, keyFile, onIdentified } = this.#args;
    if (registrar === undefined) throw new WorkerRefused("key-unknown", keyUnknown);
    const path = "/v1/workers";
    const headers = { authorization: `Bearer ${await registrar()}` };
    const answer = await post({ path, headers, body: registration() });
    if (answer.status >= 400) throw new ApiRefused(path, answer.status, "registration refused");
    const { workerId, apiKey } = decode(RegisterResponse, path, answer.body);
    onIdentified?.(workerId);
    await keyFile?.write(apiKey);
    return apiKey;
  }

  #attempt(call: KeylessCall, apiKey: string): Promise<Answer> {
    return this.#args.post({ ...call, headers: { authorization: `Bearer ${apiKey}` } });
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WorkerRefused && !this.#refused) {
        this.#refused = true;
        this.#args.onRefused?.(error);
      }
      throw error;
    }
  }
}
