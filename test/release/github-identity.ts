import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What GitHub says of the job that releases a version, as its documentation of OpenID Connect has it. */
function claimsOf(issuer: string, audience: string, repository: string, ref: string) {
  const workflow = `${repository}/.github/workflows/release.yaml@${ref}`;
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: audience,
    sub: `repo:${repository}:environment:release`,
    iat: now,
    nbf: now,
    exp: now + 300,
    event_name: "push",
    job_workflow_ref: workflow,
    job_workflow_sha: "1".repeat(40),
    ref,
    repository,
    repository_id: "1",
    repository_owner: repository.split("/")[0],
    repository_owner_id: "2",
    repository_visibility: "public",
    run_attempt: "1",
    run_id: "3",
    runner_environment: "github-hosted",
    sha: "1".repeat(40),
    workflow: "release",
    workflow_ref: workflow,
    workflow_sha: "1".repeat(40),
  };
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface GithubIdentity {
  readonly issuer: string;
  /** What a job with `id-token: write` finds in its environment. */
  job(repository: string, ref: string): Readonly<Record<string, string>>;
  stop(): void;
}

/** The part of GitHub that tells others which job runs: tokens for the job, and the key by which to know them. */
export async function startGithubIdentity(): Promise<GithubIdentity> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jobs = new Map<string, { repository: string; ref: string }>();
  const tokenFor = (audience: string, { repository, ref }: { repository: string; ref: string }) => {
    const claims = claimsOf(issuer(), audience, repository, ref);
    const text = `${base64({ alg: "RS256", kid: "1", typ: "JWT" })}.${base64(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", issuer());
    const answer = (value: unknown): void => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    };
    const job = jobs.get(request.headers.authorization ?? "");
    if (pathname === "/.well-known/openid-configuration") {
      answer({ issuer: issuer(), jwks_uri: `${issuer()}/jwks` });
    } else if (pathname === "/jwks") {
      answer({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256" }] });
    } else if (pathname === "/token" && job !== undefined) {
      answer({ value: tokenFor(searchParams.get("audience") ?? "", job) });
    } else {
      response.writeHead(404).end();
    }
  });
  const issuer = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    issuer: issuer(),
    job: (repository, ref) => {
      const secret = randomUUID();
      jobs.set(`bearer ${secret}`, { repository, ref });
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer()}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
      };
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
