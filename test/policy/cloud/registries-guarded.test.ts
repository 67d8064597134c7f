import { expect, it } from "vitest";
import { registriesGuarded } from "../../../policy/rules/cloud/registries-guarded.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(registriesGuarded, [
  {
    of: aws.repository,
    path: "imageTagMutability",
    wrong: ["MUTABLE"],
    says: "lets tags be moved to another image",
  },
  {
    of: aws.repository,
    path: "imageScanningConfiguration.scanOnPush",
    wrong: [false],
    says: "doesn't scan what is pushed",
  },
  {
    of: aws.repository,
    path: "encryptionConfigurations",
    wrong: [[], [{}]],
    says: "doesn't say how it encrypts images",
  },
  {
    of: gcp.repository,
    path: "dockerConfig.immutableTags",
    wrong: [false],
    says: "lets tags be moved to another image",
  },
]);

it.each([
  ["other packages", { format: "NPM" }],
  ["copies of another registry", { format: "DOCKER", mode: "REMOTE_REPOSITORY" }],
])("asks nothing of a repository of %s", (_, props) => {
  expect(evaluate(registriesGuarded, { ...gcp.repository, props })).toEqual([]);
});
