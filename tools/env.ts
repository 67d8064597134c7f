import { homedir } from "node:os";
import { join } from "node:path";

/** The whole environment, for a child process that needs ours and some more. */
export function environmentWith(more: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...more };
}

/** Set but empty is not set, as the XDG base directory specification has it. */
function setOr(name: string, fallback: string): string {
  const value = process.env[name];
  return value === undefined || value === "" ? fallback : value;
}

/** Where built binaries and images are kept for every clone of this user. */
export const cacheFolder = setOr(
  "FRAMEWRIGHT_CACHE",
  join(setOr("XDG_CACHE_HOME", join(homedir(), ".cache")), "framewright"),
);

export const path = process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin";

export const shell = process.env["SHELL"] ?? "/bin/bash";

/** A folder with the built binaries, instead of those of this clone. */
export const givenBinaries = process.env["FRAMEWRIGHT_BIN"];

function ifSet(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

/** Address of docs/policies.md as this job has it; a job alone knows where its clone comes from. */
function pageInJob(): string | undefined {
  const [server, name, commit] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"].map(
    ifSet,
  );
  const isKnown = server !== undefined && name !== undefined && commit !== undefined;
  return isKnown ? `${server}/${name}/blob/${commit}/docs/policies.md` : undefined;
}
export const policiesPage = pageInJob();

/** The folder that a test run's reports are wanted in, if any. */
export const reportFolder = process.env["FRAMEWRIGHT_REPORT"];

/** As the AWS SDKs have it: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
const awsEndpoints = {
  ec2: "AWS_ENDPOINT_URL_EC2",
  servicequotas: "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
  sts: "AWS_ENDPOINT_URL_STS",
} as const;

/** Where a service of AWS is asked instead of at Amazon. */
export function endpointOf(service: keyof typeof awsEndpoints): string | undefined {
  return ifSet(awsEndpoints[service]) ?? ifSet("AWS_ENDPOINT_URL");
}

/** Where Compute Engine is asked; gcloud's own variable, with the API's version in it. */
export function computeEndpoint(): string {
  const own = ifSet("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE");
  return own ?? "https://compute.googleapis.com/compute/v1/";
}

/** A token of Google Cloud, where the environment has one for Pulumi's provider as well. */
export function googleToken(): string | undefined {
  return ifSet("GOOGLE_OAUTH_ACCESS_TOKEN");
}
