import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ImagesSection } from "../../config/schema.ts";
import { imageNames } from "../cluster.ts";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

/** What the repositories of a stack have in common: a registry has those of all stacks of its account. */
function pathOf({ cluster }: Pick<Place, "cluster">): string {
  return cluster.toLowerCase();
}

/** A registry of one's own, or the stack's. */
export function registryOf(place: Place, { registry }: ImagesSection): string {
  const { accountId, region, domain } = place;
  return registry ?? `${accountId}.dkr.ecr.${region}.${domain}/${pathOf(place)}`;
}

/**
 * Releases too old to return to, by the form of their tags: 1.2.3. ECR counts signatures and lists of contents as images
 * (aws/containers-roadmap #2613), with a tag that cosign makes of the image's digest or without any, so that a rule about all
 * images or about untagged ones takes them from releases that stay.
 */
const lifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: "All but the last 50 releases",
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*.*.*"],
        countType: "imageCountMoreThan",
        countNumber: 50,
      },
      action: { type: "expire" },
    },
  ],
};

export interface RegistryArgs {
  readonly place: Place;
  readonly deletionProtection: boolean;
}

/** Where the release workflow pushes our images to, a repository for each. */
export class Registry extends Component {
  constructor(name: string, args: RegistryArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "Registry", name, opts);
    for (const image of imageNames) {
      const repository = new aws.ecr.Repository(
        `${name}-${image}`,
        {
          name: `${pathOf(args.place)}/${image}`,
          // A tag names one image for ever, so that a rollout is a new tag and going back is the old one.
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "AES256" }],
          forceDelete: !args.deletionProtection,
        },
        { parent: this },
      );
      new aws.ecr.LifecyclePolicy(
        `${name}-${image}-lifecycle`,
        { repository: repository.name, policy: JSON.stringify(lifecycle) },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
