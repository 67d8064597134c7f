import * as k8s from "@pulumi/kubernetes";
import { onCluster } from "./support/cluster.ts";
import { metadata } from "./support/namespace.ts";
import { shop } from "./support/shop.ts";

shop();
new k8s.apiextensions.CustomResource(
  "broker",
  {
    apiVersion: "example.com/v1",
    kind: "Broker",
    metadata: metadata("broker"),
    spec: { upstream: "amqp://cart:hunter2@rabbitmq:5672" },
  },
  onCluster,
);
