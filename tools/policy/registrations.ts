import { Type } from "typebox";
import { Value } from "typebox/value";
import { isRecord } from "../records.ts";

/** A resource as the program asked the engine for it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Its inputs, where they are known. */
  readonly props: Readonly<Record<string, unknown>>;
  /** Lines of the program that led to it, the innermost first: `services/redis/redis.ts:47`. */
  readonly places: readonly string[];
}

const Position = Type.Object({ uri: Type.String(), line: Type.Number() });
const Call = Type.Object({
  request: Type.Object({
    type: Type.String(),
    name: Type.String(),
    object: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    stackTrace: Type.Optional(
      Type.Object({ frames: Type.Array(Type.Object({ pc: Type.Optional(Position) })) }),
    ),
  }),
  response: Type.Object({ urn: Type.String() }),
});

/** Keys by which Pulumi's protocol marks secrets, outputs and assets (its `sdk/go/common/resource/sig`). */
const mark = "4dabf18193072939515e22adb298388d";

/** The value as the program wrote it, without what says how it came about. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (!isRecord(value)) return value;
  if (mark in value) return bare(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bare(inner)]));
}

/** Where a line of the program is in the clone; undefined for all that is not the clone's own. */
function placeIn(root: string, uri: string, line: number): string | undefined {
  // The language host puts the folder of the project before what is a URI already.
  const path = uri.slice(uri.lastIndexOf("file:")).replace(/^file:(?:\/\/)?/, "");
  const isOwn = path.startsWith(`${root}/`) && !path.includes("/node_modules/");
  return isOwn ? `${path.slice(root.length + 1)}:${line.toString()}` : undefined;
}

const method = '"/pulumirpc.ResourceMonitor/RegisterResource"';

/** The resources of a run, from what the engine logs of its calls with `PULUMI_DEBUG_GRPC`. */
export function registrationsIn(log: string, root: string): Registration[] {
  const calls = log.split("\n").filter((line) => line.includes(method));
  return calls.flatMap((line): Registration[] => {
    const call: unknown = JSON.parse(line);
    // Each call is there twice: as it began, without a response, and as it ended.
    if (!Value.Check(Call, call)) return [];
    const { type, name, object = {}, stackTrace } = call.request;
    const props = bare(object);
    const places = (stackTrace?.frames ?? []).flatMap(({ pc }) => {
      const place = pc === undefined ? undefined : placeIn(root, pc.uri, pc.line);
      return place ?? [];
    });
    return [{ urn: call.response.urn, type, name, props: isRecord(props) ? props : {}, places }];
  });
}
