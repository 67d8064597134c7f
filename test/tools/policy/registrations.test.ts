import { expect, test } from "vitest";
import { registrationsIn } from "../../../tools/policy/registrations.ts";

const root = "/home/me/clone";
const mark = "4dabf18193072939515e22adb298388d";
const urn = "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::cart";
const request = { type: "kubernetes:apps/v1:Deployment", name: "cart" };

function logged(changed: object, response: object = { urn }): string {
  const method = "/pulumirpc.ResourceMonitor/RegisterResource";
  return JSON.stringify({ method, request: { ...request, ...changed }, response });
}

test("a resource is known by its URN, with the inputs that the program gave it", () => {
  const object = {
    metadata: { name: { [mark]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: "cart" } },
    data: { password: { [mark]: "1b47061264138c4ac30d75fd1eb44270", value: "s" }, list: [1, "b"] },
    id: { [mark]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" },
  };
  expect(registrationsIn(logged({ object }), root)).toEqual([
    {
      urn,
      ...request,
      props: { metadata: { name: "cart" }, data: { password: "s", list: [1, "b"] } },
      places: [],
    },
  ]);
});

test("its places are the lines of the clone that led to it, the innermost first", () => {
  const uris = [
    "file:///tmp/sealed/project/file:/home/me/clone/services/kit/workloads/workload.ts",
    "file:///home/me/clone/services/cart/cart.ts",
    "file:///home/me/clone/node_modules/@pulumi/pulumi/resource.ts",
    "file:///home/me/clone-2/index.ts",
  ];
  const frames = [{}, ...uris.map((uri, i) => ({ pc: { uri, line: i + 1, column: 9 } }))];
  const [made] = registrationsIn(logged({ stackTrace: { frames } }), root);
  expect(made?.places).toEqual(["services/kit/workloads/workload.ts:1", "services/cart/cart.ts:2"]);
});

test("calls that have not ended, other calls and an empty log are passed over", () => {
  const begun = JSON.stringify({ method: "/pulumirpc.ResourceMonitor/RegisterResource", request });
  const other = JSON.stringify({
    method: "/pulumirpc.Analyzer/Analyze",
    request,
    response: { urn },
  });
  expect(registrationsIn([begun, other, ""].join("\n"), root)).toEqual([]);
});
