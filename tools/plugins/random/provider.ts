import grpc from "@grpc/grpc-js";
import { lacking, PluginError } from "../kit/errors.ts";
import { sameJson, type Json, type JsonObject } from "../kit/json.ts";
import { containsUnknown, plainObject, secret, unknown, withSecretsOf } from "../kit/properties.ts";
import type {
  Change,
  Checked,
  CreateCall,
  DiffCall,
  Difference,
  Provider,
} from "../kit/provider.ts";
import { installedVersion } from "../kit/version.ts";
import { kinds, type Kind } from "./kinds.ts";

const version = installedVersion("@pulumi/random");
const official = `random v${version}`;

function kindOf(type: string): Kind {
  const kind = kinds.get(type);
  if (kind === undefined) throw lacking(`the resource ${type}`, official);
  return kind;
}

/** Keys that the engine or another provider keeps for itself are no inputs. */
function ownInputs(inputs: JsonObject): JsonObject {
  const plainInputs = plainObject(inputs);
  return Object.fromEntries(Object.entries(plainInputs).filter(([key]) => !key.startsWith("__")));
}

/** A random value never changes in place: any difference asks for a new one. */
function randomDiff(call: Pick<DiffCall, "oldInputs" | "news">): Difference {
  const [olds, news] = [ownInputs(call.oldInputs), ownInputs(call.news)];
  const changes = new Map<string, Change>();
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (sameJson(olds[key], news[key])) continue;
    if (!(key in olds)) changes.set(key, "add-replace");
    else changes.set(key, key in news ? "update-replace" : "delete-replace");
  }
  return { changes };
}

/** The state of a resource: its inputs with defaults, and what was generated. */
function randomState(kind: Kind, inputs: JsonObject, outputs: JsonObject): JsonObject {
  const generated = Object.entries(outputs).map(([key, value]): [string, Json] => [
    key,
    kind.secret.includes(key) ? secret(value) : value,
  ]);
  const given = withSecretsOf(plainObject(inputs), inputs);
  return { ...kind.defaults, ...given, ...Object.fromEntries(generated) };
}

function create(call: CreateCall): { id: string; properties: JsonObject } {
  const kind = kindOf(call.type);
  if (call.preview) {
    const outputs = Object.fromEntries(kind.generated.map((key): [string, Json] => [key, unknown]));
    return { id: "", properties: randomState(kind, call.inputs, outputs) };
  }
  const { id, outputs } = kind.generate(ownInputs(call.inputs));
  return { id, properties: randomState(kind, call.inputs, outputs) };
}

function check(type: string, news: JsonObject): Checked {
  const kind = kindOf(type);
  const problems = containsUnknown(news) ? [] : kind.problems(ownInputs(news));
  return { inputs: news, failures: problems.map((reason) => ({ property: "", reason })) };
}

export function randomProvider(): Provider {
  return {
    name: "random",
    version,
    official,
    checkConfig: (call) => ({ inputs: call.news }),
    diffConfig: () => ({ changes: new Map() }),
    configure: () => undefined,
    check: (call) => check(call.type, call.news),
    diff: randomDiff,
    create: (call) => Promise.resolve(create(call)),
    update: (call) =>
      Promise.reject(
        new PluginError(
          grpc.status.FAILED_PRECONDITION,
          `${call.urn}: a random value cannot change in place`,
        ),
      ),
    read: (call) => {
      if (Object.keys(call.properties).length === 0)
        throw lacking(`importing ${call.type}`, official);
      const { id, properties, inputs } = call;
      return Promise.resolve({ id, properties, inputs });
    },
    delete: () => Promise.resolve(),
    cancel: () => undefined,
  };
}
