import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();

const { result } = new random.RandomPassword("made", { length: 32 });
new k8s.core.v1.Secret(
  "made",
  {
    metadata: metadata("made"),
    stringData: { url: pulumi.interpolate`redis://:${result}@redis:6379` },
  },
  onCluster,
);
// Refused: a password that is written beside a value that is made.
new k8s.core.v1.Secret(
  "mixed",
  { metadata: metadata("mixed"), stringData: { url: result, "admin-password": "hunter2" } },
  onCluster,
);
// Refused: marked as a secret, and yet in the program for everybody to read.
new k8s.core.v1.Secret(
  "written",
  { metadata: metadata("written"), stringData: { password: pulumi.secret("hunter2") } },
  onCluster,
);
