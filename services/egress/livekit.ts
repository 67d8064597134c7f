import * as k8s from "@pulumi/kubernetes";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type * as pulumi from "@pulumi/pulumi";
import type { EgressSection } from "../../config/schema.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, metadata, selectorLabels, type App, type Endpoint } from "../kit/app.ts";
import { secret } from "../kit/pods/env.ts";
import { clientBlocks } from "../kit/network/exposure.ts";
import { openEdge, openToClients } from "../kit/network/network.ts";
import { generatePassword } from "../kit/secrets/password.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { secretText, type SecretText } from "../kit/secrets/secret-text.ts";
import { Workload } from "../kit/workloads/workload.ts";

export interface LivekitServerArgs {
  readonly cluster: Pick<
    Cluster,
    "image" | "pullsUpstream" | "edge" | "userNamespaces" | "secretStore"
  >;
  readonly section: EgressSection["livekit"];
  readonly logLevel: LogLevel;
}

/** A test compares it with the Go module of which our own image is made. */
export const livekitVersion = "1.13.5";

const app: App = { name: "livekit", namespace: namespaces.workers, component: "livekit" };
const signalPort = 7880;
const metricsPort = 6789;
/** Of UDP and TCP, in a cloud. */
const usualMediaPort = 7882;
const probes = backendProbes((timing) => http("/", "signal", timing), 60);
const isAddress = /^[0-9]+(?:[.][0-9]+){3}$/;

/** Clients are told this port: on one machine it has to be the node's. */
function mediaPortOf({ edge }: LivekitServerArgs["cluster"]): number {
  return edge.kind === "node-port" ? edge.ports.livekitMedia : usualMediaPort;
}

/** Where media are reached from outside; undefined where nobody outside reaches them. */
function mediaAddressOf({ cluster: { edge }, section }: LivekitServerArgs): string | undefined {
  if (section.mediaAddress !== undefined || edge.kind !== "node-port") return section.mediaAddress;
  return isAddress.test(edge.host) ? edge.host : undefined;
}

/** https://docs.livekit.io/transport/self-hosting/deployment/ */
export function livekitConfig(args: LivekitServerArgs) {
  const port = mediaPortOf(args.cluster);
  const address = mediaAddressOf(args);
  return {
    port: signalPort,
    rtc: {
      udp_port: port,
      tcp_port: port,
      use_external_ip: false,
      ...(address !== undefined && { node_ip: address }),
    },
    prometheus: { port: metricsPort },
    logging: { json: true, level: args.logLevel },
  };
}

function imageOf({ cluster, section }: LivekitServerArgs): string {
  return cluster.pullsUpstream && section.images === "upstream"
    ? `docker.io/livekit/livekit-server:v${livekitVersion}`
    : cluster.image("livekit");
}

/** Of its Service; on one machine each is open on the node. */
export const livekitPorts = [
  { name: "signal", protocol: "TCP" },
  { name: "media-udp", protocol: "UDP" },
  { name: "media-tcp", protocol: "TCP" },
] as const;

function serviceSpec(args: LivekitServerArgs): k8s.types.input.core.v1.ServiceSpec {
  const { edge } = args.cluster;
  const media = mediaPortOf(args.cluster);
  const ports = livekitPorts.map(({ name, protocol }) => {
    const port = name === "signal" ? signalPort : media;
    return { name, protocol, port, targetPort: port };
  });
  if (edge.kind !== "node-port") {
    return { type: "ClusterIP", selector: selectorLabels(app), ports };
  }
  const nodePorts = { signal: edge.ports.livekit, media: edge.ports.livekitMedia };
  return {
    type: "NodePort",
    selector: selectorLabels(app),
    ports: ports.map((port) => ({
      ...port,
      nodePort: port.name === "signal" ? nodePorts.signal : nodePorts.media,
    })),
  };
}

/** A server of rooms, for a team that has none: whoever has its key lets people into rooms, and the recorders record them. */
export class LivekitServer extends Component {
  readonly signal: Endpoint = endpoint(app, signalPort);
  readonly media: Endpoint;
  readonly metrics: Endpoint = endpoint(app, metricsPort);
  readonly url: string = `ws://${this.signal.host}:${signalPort}`;
  readonly apiKey: SecretText;
  readonly apiSecret: SecretText;

  constructor(name: string, args: LivekitServerArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "LivekitServer", name, opts);
    const child = { parent: this };
    this.media = endpoint(app, mediaPortOf(args.cluster));
    const place = { parent: this, cluster: args.cluster };
    this.apiKey = generatePassword(`${name}-key`, place, { length: 16 });
    this.apiSecret = generatePassword(`${name}-secret`, place, { length: 48 });
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata: metadata(app), spec: serviceSpec(args) },
      child,
    );
    this.#openToClients(name, args);
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: 1,
        oldFirst: true,
        pod: {
          image: imageOf(args),
          ports: { signal: signalPort, metrics: metricsPort },
          env: {
            LIVEKIT_CONFIG: JSON.stringify(livekitConfig(args)),
            // YAML: what is not quoted may be read as a number, and is then no secret to the server.
            LIVEKIT_KEYS: secret(secretText`"${this.apiKey}": "${this.apiSecret}"`),
          },
          probes,
          resources: args.section.resources,
          priority: "platform-critical",
          ownUsers: args.cluster.userNamespaces,
          stays: true,
          graceSeconds: args.section.drainSeconds,
        },
      },
      child,
    );
    this.registerOutputs({});
  }

  /** Lets a recorder in; the server answers where it was asked from. */
  openTo(name: string, from: App, parent: pulumi.Resource): void {
    openEdge(`${name}-to-livekit`, { from, to: this.signal }, { parent });
    openEdge(`${name}-to-livekit-media`, { from, to: this.media, protocol: "UDP" }, { parent });
  }

  /** In a cloud only where somebody has made a way for them. */
  #openToClients(name: string, args: LivekitServerArgs): void {
    if (mediaAddressOf(args) === undefined) return;
    const clients = clientBlocks(args.cluster.edge);
    const child = { parent: this };
    openToClients(`${name}-signal`, { to: this.signal, clients }, child);
    openToClients(`${name}-media-tcp`, { to: this.media, clients }, child);
    openToClients(`${name}-media-udp`, { to: this.media, clients, protocol: "UDP" }, child);
  }
}
