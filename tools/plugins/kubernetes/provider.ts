import { sameJson, textAt, type JsonObject } from "../kit/json.ts";
import { messageOf } from "../kit/errors.ts";
import { isUnknown, plainObject } from "../kit/properties.ts";
import type { Change, DiffCall, Difference, Provider } from "../kit/provider.ts";
import { installedVersion } from "../kit/version.ts";
import { check } from "./check.ts";
import { loadConnection } from "./client/kubeconfig.ts";
import { create } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { diff } from "./diff.ts";
import { configFailures } from "./options.ts";
import { read } from "./read.ts";
import { Session } from "./session.ts";
import { update } from "./update.ts";

/** Server address that a provider's inputs lead to; what cannot be read counts as its own text. */
function serverOf(inputs: JsonObject): string {
  const [kubeconfig, context, cluster] = ["kubeconfig", "context", "cluster"].map((key) =>
    textAt(inputs, key),
  );
  try {
    return loadConnection({ kubeconfig, context, cluster }, process.env).server;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Whether a provider with other inputs still manages the same cluster. With clusterIdentifier on both sides it alone
 * decides; without, the server's address does, and an unknown kubeconfig is taken for another cluster.
 */
function configDiff(call: Pick<DiffCall, "oldInputs" | "olds" | "news">): Difference {
  const given = Object.keys(call.oldInputs).length > 0 ? call.oldInputs : call.olds;
  const [olds, news] = [plainObject(given), plainObject(call.news)];
  const [oldId, newId] = [olds, news].map((inputs) => textAt(inputs, "clusterIdentifier"));
  const identified = oldId !== undefined && newId !== undefined && !isUnknown(newId);
  const moved = identified
    ? oldId !== newId
    : isUnknown(news["kubeconfig"]) || serverOf(olds) !== serverOf(news);
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== "version" && (!sameJson(olds[key], news[key]) || isUnknown(news[key])),
  );
  return {
    changes: new Map(
      keys.map((key): [string, Change] => [key, moved ? "update-replace" : "update"]),
    ),
  };
}

export function kubernetesProvider(): Provider {
  const version = installedVersion("@pulumi/kubernetes");
  const official = `kubernetes v${version}`;
  const session = new Session(official);
  return {
    name: "kubernetes",
    version,
    official,
    engine: session.engine,
    checkConfig: ({ news }) => ({
      inputs: news,
      failures: configFailures(plainObject(news), official),
    }),
    diffConfig: configDiff,
    configure: (variables) => {
      session.configure(variables);
    },
    check: (call) => check(call, session),
    diff: (call) => diff(call, session),
    create: (call) => create(call, session),
    update: (call) => update(call, session),
    read: (call) => read(call, session),
    delete: (call) => deleteObject(call, session),
    cancel: () => {
      session.cancel();
    },
  };
}
