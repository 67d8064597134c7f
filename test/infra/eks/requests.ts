import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../../../config/load.ts";
import { provisionCluster } from "../../../infra/index.ts";
import { recordResources, type Registration } from "../../support/mocks.ts";
import { once } from "../../support/once.ts";
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

/** What a program asks a cloud. */
export interface Call {
  readonly token: string;
  /** Name of the provider; empty for the default one, which takes the environment's account. */
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface InvokeRequest {
  getTok(): string;
  getProvider(): string;
  getArgs(): { toJavaScript(): Readonly<Record<string, unknown>> };
}

interface Monitor {
  registerResource(request: RegisterRequest, ...rest: unknown[]): unknown;
  invoke(request: InvokeRequest, ...rest: unknown[]): unknown;
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

function asCall(request: InvokeRequest): Call {
  const inputs = request.getArgs().toJavaScript();
  return { token: request.getTok(), provider: nameOf(request.getProvider()), inputs };
}

/** Listens to what is said to the mocked engine; call after `recordResources`. */
function recordRequests(): Pick<Provisioned, "requests" | "calls"> {
  const requests: Request[] = [];
  const calls: Call[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  const invoke = monitor.invoke.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    requests.push(asRequest(request));
    return register(request, ...rest);
  };
  monitor.invoke = (request, ...rest) => {
    calls.push(asCall(request));
    return invoke(request, ...rest);
  };
  return { requests, calls };
}

export interface Provisioned {
  readonly resources: Registration[];
  readonly requests: Request[];
  readonly calls: Call[];
  readonly cluster: ReturnType<typeof provisionCluster>;
}

/** A stack's cluster under mocks: on EKS, with the defaults of production and these sections changed. */
export async function provisioned(
  entries: Record<string, unknown> = {},
  stack = "prod",
): Promise<Provisioned> {
  return provisionedWith(testConfig({ ...eksEntries, ...entries }), stack);
}

const provision = once(async (config: StackConfig, stack: string): Promise<Provisioned> => {
  const resources = recordResources("framewright", stack);
  const heard = recordRequests();
  const cluster = provisionCluster(config, () => []);
  await pulumi.runtime.disconnect();
  return { resources, ...heard, cluster };
});

export function provisionedWith(config: StackConfig, stack = "prod"): Promise<Provisioned> {
  return provision(config, stack);
}

export function requestOf(requests: readonly Request[], name: string): Request {
  const found = requests.find((request) => request.name === name);
  if (found === undefined) throw new Error(`nobody asked for "${name}"`);
  return found;
}
