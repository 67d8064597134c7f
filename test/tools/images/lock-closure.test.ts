import { describe, expect, it } from "vitest";
import { lockClosure } from "../../../tools/images/lock-closure.ts";

const lock = {
  lockfileVersion: 3 as const,
  packages: {
    "": { devDependencies: { prettier: "1" }, dependencies: { pulumi: "1" } },
    app: {
      dependencies: { fastify: "1", "@our/contracts": "1" },
      devDependencies: { types: "1" },
    },
    "app/node_modules/undici": {},
    contracts: { dependencies: { typebox: "1" } },
    other: { dependencies: { "only-other": "1" } },
    "node_modules/@our/app": { resolved: "app", link: true },
    "node_modules/@our/contracts": { resolved: "contracts", link: true },
    "node_modules/@our/other": { resolved: "other", link: true },
    "node_modules/fastify": {
      dependencies: { pino: "1", undici: "2" },
      optionalDependencies: { gone: "1" },
    },
    "node_modules/fastify/node_modules/pino": { dependencies: { sonic: "1" } },
    "node_modules/pino": {},
    "node_modules/sonic": {},
    "node_modules/undici": { peerDependencies: { typebox: "1" } },
    "node_modules/typebox": {},
    "node_modules/types": {},
    "node_modules/prettier": {},
    "node_modules/pulumi": {},
    "node_modules/only-other": {},
  },
};

describe("what a workspace needs in production", () => {
  it("is what can be reached from it, each from where Node would find it", () => {
    expect(Object.keys(lockClosure(lock, "@our/app"))).toEqual([
      "app",
      "contracts",
      "node_modules/@our/app",
      "node_modules/@our/contracts",
      "node_modules/fastify",
      "node_modules/fastify/node_modules/pino",
      "node_modules/sonic",
      "node_modules/typebox",
      "node_modules/undici",
    ]);
  });

  it("prefers a dependency in the workspace's own node_modules", () => {
    const packages = { ...lock.packages, app: { dependencies: { undici: "1" } } };
    expect(Object.keys(lockClosure({ ...lock, packages }, "@our/app"))).toContain(
      "app/node_modules/undici",
    );
  });

  it("has no development dependencies in it", () => {
    expect(lockClosure(lock, "@our/app")["app"]).not.toHaveProperty("devDependencies");
  });

  it("does not change when the root or another workspace changes", () => {
    const packages = { ...lock.packages, "": { dependencies: { vitest: "9" } }, other: {} };
    expect(lockClosure({ ...lock, packages }, "@our/app")).toEqual(lockClosure(lock, "@our/app"));
  });

  it("names a workspace that is not there", () => {
    expect(() => lockClosure(lock, "@our/nothing")).toThrow('no workspace "@our/nothing"');
  });
});
