import type { Failure } from "../kit/provider.ts";
import { scalarText, type JsonObject } from "../kit/json.ts";
import type { Selection } from "./client/kubeconfig.ts";

/** Settings of a provider that change how objects are treated. */
export interface ProviderOptions extends Selection {
  namespace: string | undefined;
  /** Take fields over from other managers instead of failing with a conflict. */
  patchForce: boolean;
  /** Change a ConfigMap's or Secret's data in place instead of replacing the object. */
  mutableConfigMaps: boolean;
  mutableSecrets: boolean;
  /** Adopt an object that already exists instead of failing. */
  upsert: boolean;
  /** Drop resources of an unreachable cluster from the state. */
  deleteUnreachable: boolean;
}

/** Inputs under which the official provider behaves in ways that are not built here. */
const refused: readonly { input: string; when: string | undefined; what: string }[] = [
  { input: "enableServerSideApply", when: "false", what: "client-side apply" },
  { input: "renderYamlToDirectory", when: undefined, what: "rendering to a directory" },
];

function orAmbient(
  variables: ReadonlyMap<string, string>,
  name: string,
  env: string | undefined,
): boolean {
  return (variables.get(name) ?? env) === "true";
}

function text(variables: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = variables.get(name);
  return value === "" ? undefined : value;
}

/** The provider's settings: its inputs first, then the environment, as with the official one. */
export function readOptions(
  variables: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
): ProviderOptions {
  return {
    kubeconfig: text(variables, "kubeconfig"),
    context: text(variables, "context"),
    cluster: text(variables, "cluster"),
    namespace: text(variables, "namespace"),
    patchForce: orAmbient(variables, "enablePatchForce", env["PULUMI_K8S_ENABLE_PATCH_FORCE"]),
    mutableConfigMaps: orAmbient(
      variables,
      "enableConfigMapMutable",
      env["PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"],
    ),
    mutableSecrets: orAmbient(
      variables,
      "enableSecretMutable",
      env["PULUMI_K8S_ENABLE_SECRET_MUTABLE"],
    ),
    upsert: orAmbient(
      variables,
      "upsertExistingObjects",
      env["PULUMI_K8S_UPSERT_EXISTING_OBJECTS"],
    ),
    deleteUnreachable: orAmbient(
      variables,
      "deleteUnreachable",
      env["PULUMI_K8S_DELETE_UNREACHABLE"],
    ),
  };
}

/** Problems of a provider's inputs; values arrive as text whatever their type. */
export function configFailures(inputs: JsonObject, official: string): Failure[] {
  return refused.flatMap(({ input, when, what }): Failure[] => {
    const value = inputs[input];
    const given = value === undefined || value === null ? "" : scalarText(value);
    const refuse = when === undefined ? given !== "" && given !== "false" : given === when;
    if (!refuse) return [];
    return [{ property: input, reason: `${what} needs the official plugin ${official}` }];
  });
}
