import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../../../config/load.ts";
import { provisionCluster } from "../../../infra/index.ts";
import { recordResources, type Registration } from "../../support/mocks.ts";
import { testConfig } from "../../support/under-mocks.ts";
import { eksEntries } from "../../config/support.ts";

/** What a program tells the engine of a resource beside its inputs. */
export interface Request {
  readonly type: string;
  readonly name: string;
  readonly ignoreChanges: readonly string[];
  /** Names of the resources that it depends on, by option or by input. */
  readonly dependsOn: readonly string[];
  /** Name of the provider, where one was chosen; of a remote component those that it hands down. */
  readonly providers: readonly string[];
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getProvider(): string;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getProvidersMap(): { toArray(): [string, string][] };
}

interface Monitor {
  registerResource(request: RegisterRequest, ...rest: unknown[]): unknown;
}

function nameOf(urn: string): string {
  // A provider's reference has its id behind the URN.
  return urn.split("::")[3] ?? urn;
}

function asRequest(request: RegisterRequest): Request {
  const handedDown = request.getProvidersMap().toArray();
  return {
    type: request.getType(),
    name: request.getName(),
    ignoreChanges: request.getIgnorechangesList(),
    dependsOn: request.getDependenciesList().map(nameOf),
    providers: [request.getProvider(), ...handedDown.map(([, provider]) => provider)]
      .filter((reference) => reference !== "")
      .map(nameOf),
  };
}

/** Listens to what is said to the mocked engine; call after `recordResources`. */
function recordRequests(): Request[] {
  const seen: Request[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    seen.push(asRequest(request));
    return original(request, ...rest);
  };
  return seen;
}

export interface Provisioned {
  readonly resources: Registration[];
  readonly requests: Request[];
  readonly cluster: ReturnType<typeof provisionCluster>;
}

/** A stack's cluster under mocks: on EKS, with the defaults of production and these sections changed. */
export async function provisioned(
  entries: Record<string, unknown> = {},
  stack = "prod",
): Promise<Provisioned> {
  return provisionedWith(testConfig({ ...eksEntries, ...entries }), stack);
}

export async function provisionedWith(config: StackConfig, stack = "prod"): Promise<Provisioned> {
  const resources = recordResources("framewright", stack);
  const requests = recordRequests();
  const cluster = provisionCluster(config, () => []);
  await pulumi.runtime.disconnect();
  return { resources, requests, cluster };
}

export function requestOf(requests: readonly Request[], name: string): Request {
  const found = requests.find((request) => request.name === name);
  if (found === undefined) throw new Error(`nobody asked for "${name}"`);
  return found;
}
