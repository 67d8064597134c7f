import { createRequire } from "node:module";

const ofTests = createRequire(import.meta.url);
const ofSdk = createRequire(ofTests.resolve("@pulumi/pulumi"));

interface Debuggable {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
}
interface Positions {
  readonly Resource: { callsites: () => unknown[] };
}
interface Protobuf {
  readonly Message: { readonly prototype: { toString: () => string } };
}
type Plain = null | string | number | boolean | Plain[] | { [key: string]: Plain };

interface Struct {
  toJavaScript: () => Plain;
}
interface Structs {
  readonly Struct: (new () => Struct) & { fromJavaScript: (value: unknown) => Struct };
}

/** What a value is after its way through a protobuf Struct: its keys sorted, and nothing in it that has no JSON. */
function throughStruct(value: unknown): Plain {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map(throughStruct);
  if (typeof value !== "object") throw new Error("Unexpected struct type.");
  return fieldsThroughStruct(value);
}

function fieldsThroughStruct(value: object): { [key: string]: Plain } {
  const fields: { [key: string]: Plain } = {};
  for (const [key, inner] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    fields[key] = throughStruct(inner);
  }
  return fields;
}

/**
 * Spares what the SDK does for an engine that is not there and for its own debugging, which took longer than our
 * programs: a stack for each promise and each resource, each answer as text for a log that nobody keeps, and inputs and
 * outputs in protobuf's form, where each level of a value copies all levels below it.
 */
export function makeSdkCheap(): void {
  const debuggable = ofTests("@pulumi/pulumi/runtime/debuggable.js") as Debuggable;
  debuggable.debuggablePromise = (promise) => promise;
  const { Resource } = ofTests("@pulumi/pulumi/resource.js") as Positions;
  Resource.callsites = () => [];
  const { Message } = ofSdk("google-protobuf") as Protobuf;
  Message.prototype.toString = () => "a message";
  const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb.js") as Structs;
  Struct.fromJavaScript = (value) => {
    const plain = throughStruct(value);
    const struct = new Struct();
    struct.toJavaScript = () => plain;
    return struct;
  };
}
