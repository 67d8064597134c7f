import * as pulumi from "@pulumi/pulumi";
import { provider as aws } from "../cloud/aws.ts";
import { provider as gcp } from "../cloud/gcp.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import { namespace } from "../kit/workloads.ts";

class Custom extends pulumi.CustomResource {}
class Provider extends pulumi.ProviderResource {}

const password = "random:index/randomPassword:RandomPassword";
/** Known only after an update, as all that other resources make. */
const notYet = new Custom(password, "made", { length: 32 }).id;

/** Of a cluster that does not exist yet: what a preview in a pull request has. No cloud asks for credentials. */
const settings: Readonly<Record<string, pulumi.Inputs>> = {
  kubernetes: { kubeconfig: notYet },
  aws: { ...aws.props, skipCredentialsValidation: "true" },
  gcp: gcp.props,
};
const providers = new Map<string, Provider>();

/** The provider of a package, made when the first resource needs it. */
function providerOf(name: string): Provider | undefined {
  const inputs = settings[name];
  if (inputs === undefined) return undefined;
  const found = providers.get(name) ?? new Provider(name, name, inputs);
  providers.set(name, found);
  return found;
}

/** The value with the name that all programs share made its own, and what a preview doesn't know as the engine gives it. */
function given(value: unknown, own: string): unknown {
  if (value === namespace) return own;
  if (value === unknown) return notYet;
  if (Array.isArray(value)) return value.map((item) => given(item, own));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, given(item, own)]));
}

/** What stands for the manifests in it is no resource of the provider. */
const component = /^kubernetes:(?:helm\.sh|yaml|kustomize)/;

function make(type: string, name: string, props: pulumi.Inputs, parent: pulumi.Resource) {
  const [start = "", , ofProvider = ""] = type.split(":");
  if (start === "pulumi") return new Provider(ofProvider, name, props, { parent });
  if (component.test(type)) return new pulumi.ComponentResource(type, name, props, { parent });
  const provider = providerOf(start);
  return new Custom(type, name, props, { parent, ...(provider && { provider }) });
}

/** Registers resources as children of a component, in a Kubernetes namespace of their own. */
export function register(name: string, resources: readonly TestResource[]): void {
  // By its type in their URNs, the test can tell whose resource a rule reports.
  const parent = new pulumi.ComponentResource(`programs:${name}`, name);
  const known = new Map<string, pulumi.Resource>();
  for (const { type, name: own, props, madeFrom = {} } of resources) {
    const inputs = Object.entries(props).map(([key, value]): [string, unknown] => {
      const sources = (madeFrom[key] ?? []).flatMap((id) => known.get(id)?.urn ?? []);
      const input = given(value, `${namespace}-${name}`);
      // So the engine knows from which resources the value comes.
      return [key, sources.length === 0 ? input : pulumi.all(sources).apply(() => input)];
    });
    known.set(`${type}::${own}`, make(type, own, Object.fromEntries(inputs), parent));
  }
}
