import { Type } from "typebox";
import { kubectl } from "../../../tools/node/start.ts";
import { parseAs } from "../../../tools/parse.ts";

/** What KEDA scales a Deployment by, changed by hand for as long as a test runs. */
export interface Scaler {
  /** As `Ready=True`. */
  conditions(): Promise<string[]>;
  patch(spec: object): Promise<void>;
  /** Holds the pods at a number, or lets KEDA decide again (docs/runbooks/scale-by-hand.md). */
  hold(count: number | undefined): Promise<void>;
  /** As the stack has it: what was patched is not in Pulumi's inputs, and stays until it is put back. */
  kept(): Promise<() => Promise<void>>;
}

export function scalerOf(namespace: string, name: string): Scaler {
  const one = [`--namespace=${namespace}`, `scaledobject/${name}`];
  const patch = async (kind: "merge" | "json", content: unknown): Promise<void> => {
    await kubectl(["patch", ...one, `--type=${kind}`, "-p", JSON.stringify(content)]);
  };
  return {
    async conditions() {
      const path = "jsonpath={range .status.conditions[*]}{.type}={.status} {end}";
      return (await kubectl(["get", ...one, "-o", path])).trim().split(" ");
    },
    patch: (spec) => patch("merge", { spec }),
    async hold(count) {
      const value = count === undefined ? "-" : `=${count}`;
      const annotation = `autoscaling.keda.sh/paused-replicas${value}`;
      await kubectl(["annotate", ...one, "--overwrite", annotation]);
    },
    async kept() {
      const text = await kubectl(["get", ...one, "--output=json"]);
      const { spec } = parseAs(Type.Object({ spec: Type.Unknown() }), JSON.parse(text), name);
      return () => patch("json", [{ op: "replace", path: "/spec", value: spec }]);
    },
  };
}
