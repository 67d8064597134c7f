import { expect, it } from "vitest";
import { providersBound } from "../../../policy/rules/cloud/providers-bound.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(providersBound, [
  {
    of: aws.provider,
    path: "allowedAccountIds",
    wrong: ["[]", '["1","2"]', "no JSON"],
    says: "works in any account",
  },
  {
    of: aws.provider,
    path: "defaultTags",
    wrong: ["{}", '{"tags":{}}'],
    says: "doesn't mark what it makes",
  },
  {
    of: gcp.provider,
    path: "project",
    wrong: [""],
    says: "works in any project",
    mayBeUnknown: true,
  },
  {
    of: gcp.provider,
    path: "defaultLabels",
    wrong: ["{}"],
    says: "doesn't mark what it makes",
  },
]);

it("asks for no marks where the setting says so", () => {
  const bare = withValue(aws.provider, ["defaultTags"], undefined);
  expect(evaluate(providersBound, bare, { marked: false })).toEqual([]);
});

it.each([
  ["kubeconfig", [], 0],
  ["renderYamlToDirectory", [], 0],
  ["namespace", ["works on whichever cluster the shell is set to"], 1],
])("asks of Kubernetes for the cluster; %s alone is judged", (property, says, count) => {
  const provider = {
    type: "pulumi:providers:kubernetes",
    name: "cluster",
    props: { [property]: property === "kubeconfig" ? unknown : "rendered" },
  };
  const said = evaluate(providersBound, provider);
  expect(said).toHaveLength(count);
  for (const part of says) expect(said.join()).toContain(part);
});
