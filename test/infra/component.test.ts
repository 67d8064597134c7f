import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { Component } from "../../infra/component.ts";
import { recordResources, type Registration } from "../support/mocks.ts";

class Box extends Component {
  constructor(name: string, child: string, opts: pulumi.ComponentResourceOptions = {}) {
    super("services", "Box", name, opts);
    new k8s.core.v1.ConfigMap(child, { metadata: { namespace: "n" } }, { parent: this });
  }
}

/** A box in a box. */
class Crate extends Component {
  constructor(name: string, inner: string, opts: pulumi.ComponentResourceOptions = {}) {
    super("infra", "Crate", name, opts);
    new Box(inner, `${inner}-map`, { parent: this });
  }
}

let resources: Registration[];
const order: string[] = [];
beforeAll(async () => {
  resources = recordResources();
  const first = new Box("first", "first-map");
  const second = new Box("second", "second-map", { dependsOn: [first] });
  new Crate("outer", "outer-inner", { dependsOn: [second] });
  await pulumi.runtime.disconnect();
  order.push(...resources.map(({ name }) => name));
});

test("the type token names project, layer and component", () => {
  expect(resources.map(({ type }) => type)).toContain("framewright:services:Box");
  expect(resources.map(({ type }) => type)).toContain("framewright:infra:Crate");
});

test("a child named after its parent is accepted, at any depth", () => {
  expect(order).toContain("outer-inner-map");
});

test.each([
  ["map", "box"],
  ["boxmap", "box"],
  ["other-map", "box"],
])('a child called "%s" of "%s" is refused, with the name it should have', (child, parent) => {
  expect(() => new Box(parent, child)).toThrow(
    `resource "${child}" (kubernetes:core/v1:ConfigMap) is a child of "${parent}": name it "${parent}-<part>"`,
  );
});

test("what a component depends on comes before everything inside it", () => {
  const at = (name: string) => order.indexOf(name);
  expect(at("first-map")).toBeLessThan(at("second-map"));
  expect(at("second-map")).toBeLessThan(at("outer-inner-map"));
});
