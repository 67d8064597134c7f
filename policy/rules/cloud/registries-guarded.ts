import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { at, listAt, textAt } from "../../kit/json.ts";
import { demandRule, exactly, oneOf } from "./demands.ts";

export const registriesGuarded = demandRule({
  name: "registries-guarded",
  title: "Registries never change what a tag names, scan what is pushed and encrypt it",
  why: "Whoever can push overwrites the tag that production pulls next, and nobody sees it.",
  fix: "set imageTagMutability to IMMUTABLE, scanOnPush to true and an encryptionType on ECR, and dockerConfig.immutableTags to true on Artifact Registry",
  severity: "high",
  frameworks: [
    cisEks("Image vulnerability scanning using Amazon ECR"),
    cisGke("Image vulnerability scanning"),
  ],
  demands: {
    "aws:ecr/repository:Repository": [
      oneOf("imageTagMutability", ["IMMUTABLE"], "lets tags be moved to another image"),
      exactly("imageScanningConfiguration.scanOnPush", true, "doesn't scan what is pushed"),
      {
        path: "encryptionConfigurations",
        holds: (value: unknown) =>
          listAt(value).some((one) =>
            ["AES256", "KMS", "KMS_DSSE"].includes(textAt(one, "encryptionType") ?? ""),
          ),
        problem: "doesn't say how it encrypts images",
      },
    ],
    "gcp:artifactregistry/repository:Repository": [
      {
        path: "",
        holds: (repository: unknown) =>
          textAt(repository, "format") !== "DOCKER" ||
          (textAt(repository, "mode") ?? "STANDARD_REPOSITORY") !== "STANDARD_REPOSITORY" ||
          at(repository, "dockerConfig", "immutableTags") === true,
        problem: "lets tags be moved to another image",
      },
    ],
  },
});
