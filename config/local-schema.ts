import { Type } from "typebox";
import { cidr, count, flag, nodePort, section } from "./leaves.ts";

/** The section of the stack config that only cloud local reads. */
export const Local = section(
  "The cluster of cloud local: the embedded node, or your own when kubeconfig is set",
  {
    nodeFile: Type.String({
      minLength: 1,
      default: ".framewright/node.json",
      description: "Descriptor that the embedded node writes, relative to the project",
    }),
    kubeconfig: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Path of your own cluster's kubeconfig; unset means the embedded node",
      }),
    ),
    context: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Context in that kubeconfig; required with kubeconfig",
      }),
    ),
    registry: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$",
        description: "Image registry and path of your own cluster, e.g. localhost:5001/framewright",
      }),
    ),
    imageTag: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        description: "Tag of all images in that registry; a new tag rolls the images out",
      }),
    ),
    storageClass: Type.Optional(
      Type.String({ minLength: 1, description: "Storage class of your own cluster" }),
    ),
    host: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Name or address at which clients reach the node ports",
      }),
    ),
    podCidr: Type.Optional(
      Type.String({
        pattern: "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$",
        description: "Addresses of pods; all other addresses count as clients of the node ports",
      }),
    ),
    kubernetesApi: section(
      "Where your own cluster's control plane is, as pods reach it: parts of operations that ask the Kubernetes API are let out to it",
      {
        cidr: cidr(
          "172.18.0.0/16",
          "Addresses of the control plane's nodes; the default is the network that kind makes",
        ),
        port: count(6443, { min: 1, max: 65_535 }, "Port of kube-apiserver"),
      },
    ),
    networkPolicyEnforced: flag(
      true,
      "Whether the cluster's network enforces NetworkPolicies; false prints a warning",
    ),
    ports: section("Node ports, the same on every node", {
      api: nodePort(30080, "the client API"),
      workerApi: nodePort(30902, "the worker API"),
      objectStore: nodePort(30070, "the object store"),
      edge: nodePort(30443, "the client API by TLS, where edge.enabled"),
      edgeWorkers: nodePort(30903, "the worker API by TLS"),
      edgeHttp: nodePort(30081, "what redirects http to the client API by TLS"),
      livekit: nodePort(30780, "the LiveKit server, where egress.livekit is on"),
      livekitMedia: nodePort(30782, "its media, by UDP and TCP"),
    }),
  },
);
