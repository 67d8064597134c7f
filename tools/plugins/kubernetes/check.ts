import { at, parseJson, textAt, toJsonObject, type JsonObject } from "../kit/json.ts";
import { containsAsset, isUnknown, plainObject } from "../kit/properties.ts";
import type { CheckCall, Checked } from "../kit/provider.ts";
import { NoSuchKind } from "./client/api-error.ts";
import { resourceType } from "./kind.ts";
import { named } from "./naming.ts";
import { withMetadata, withoutServerMetadata } from "./object.ts";
import type { Session } from "./session.ts";
import { markSecrets } from "./state.ts";

/** Names of fields that are no identifiers in some languages, as the SDKs spell them. */
function withDashes(object: JsonObject): JsonObject {
  const text = JSON.stringify(object).replaceAll(
    /"x_kubernetes_(\w+)":/g,
    (_, rest: string) => `"x-kubernetes-${rest.replaceAll("_", "-")}":`,
  );
  return plainObject(toJsonObject(parseJson(text)));
}

/** Namespaced objects get their namespace spelled out, so that a change of the default is seen as a move. */
async function withNamespace(object: JsonObject, session: Session): Promise<JsonObject> {
  const given = at(object, "metadata", "namespace");
  if (isUnknown(given) || (given !== undefined && given !== "")) return object;
  const { cluster } = session;
  const [apiVersion, kind] = [textAt(object, "apiVersion") ?? "", textAt(object, "kind") ?? ""];
  let namespaced = true;
  try {
    ({ namespaced } = await cluster.resource(apiVersion, kind));
  } catch (error) {
    // Most likely a kind whose definition is yet to be created; most such kinds are namespaced.
    if (!(error instanceof NoSuchKind)) throw error;
  }
  return namespaced ? withMetadata(object, { namespace: cluster.namespace }) : object;
}

/** Completes a resource's inputs: API version, kind, name and namespace. */
export async function check(call: CheckCall, session: Session): Promise<Checked> {
  const news = plainObject(call.news);
  const { apiVersion, kind, patch } = resourceType(call, news, session.official);
  if (containsAsset(call.news)) {
    return {
      inputs: call.news,
      failures: [
        { property: "", reason: "assets and archives have no place in a Kubernetes object" },
      ],
    };
  }
  const typed = withoutServerMetadata({ ...withDashes(news), apiVersion, kind });
  const name = at(typed, "metadata", "name");
  if (patch && (name === undefined || name === "")) {
    const reason = "a Patch resource needs the name of the object it changes";
    return { inputs: call.news, failures: [{ property: "metadata.name", reason }] };
  }
  const complete = await withNamespace(
    named(typed, plainObject(call.olds), call.name, call.seed),
    session,
  );
  return { inputs: markSecrets(complete, call.news) };
}
