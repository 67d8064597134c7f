import type { JobLimits } from "@framewright/contracts/job-limits.ts";
import type { TokenStore } from "../../api/oidc/token-store.ts";
import type { ClientDeps } from "../../api/routes/client-deps.ts";

export interface FakeClientOptions {
  readonly rateLimitPerMinute?: number;
  readonly limits?: JobLimits;
  readonly tokens?: TokenStore;
  readonly tus?: ClientDeps["tus"];
  /** Event streams that may be open at once. */
  readonly openStreams?: number;
}

/** Of tests that are about other routes. */
export const noTus: ClientDeps["tus"] = {
  answer: () => Promise.reject(new Error("the test expects no upload by tus")),
};
