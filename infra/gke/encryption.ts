import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

/** Seconds in a day, as Google writes durations. */
function days(count: number): string {
  return `${count * 86_400}s`;
}

/**
 * The key that encrypts Kubernetes Secrets before they reach etcd. It is deleted after the cluster. Google never
 * deletes a key ring (it costs nothing), so its name cannot be used again: both names are Pulumi's, with a random
 * end, and the stack can be created again.
 */
export class SecretsKey extends Component {
  readonly keyId: pulumi.Output<string>;
  /** The cluster comes after it: without it Google refuses to make one. */
  readonly right: pulumi.Resource;

  constructor(name: string, place: Place, opts: pulumi.ComponentResourceOptions) {
    super("infra", "SecretsKey", name, opts);
    const inside = { parent: this };
    const ring = new gcp.kms.KeyRing(`${name}-ring`, { location: place.region }, inside);
    const key = new gcp.kms.CryptoKey(
      `${name}-key`,
      {
        keyRing: ring.id,
        purpose: "ENCRYPT_DECRYPT",
        rotationPeriod: days(90),
        // How long a key that was destroyed can be brought back. Another number would be another key.
        destroyScheduledDuration: days(30),
      },
      // It is for the key's life: letting go of the protection would replace the key that the Secrets are sealed with.
      { ...inside, ignoreChanges: ["destroyScheduledDuration"] },
    );
    // Google's own account for GKE in this project; asking for it makes it, in a project that had no cluster yet.
    const agent = new gcp.projects.ServiceIdentity(
      `${name}-gke-agent`,
      { project: place.project, service: "container.googleapis.com" },
      inside,
    );
    this.right = new gcp.kms.CryptoKeyIAMMember(
      `${name}-gke-agent-may-use`,
      {
        cryptoKeyId: key.id,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: agent.member,
      },
      inside,
    );
    this.keyId = key.id;
    this.registerOutputs({ keyId: this.keyId });
  }
}
