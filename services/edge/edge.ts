import type * as pulumi from "@pulumi/pulumi";
import type { EdgeSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type Endpoint } from "../kit/app.ts";
import { checksum } from "../kit/secrets/checksum.ts";
import { secret } from "../kit/pods/env.ts";
import { clientBlocks, type PublicUrls } from "../kit/network/exposure.ts";
import { authoritiesOf } from "../kit/tls/inside-tls.ts";
import { openEdge, openToClients } from "../kit/network/network.ts";
import { appProbes } from "../kit/pods/probes.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { Workload } from "../kit/workloads/workload.ts";
import { certify } from "./certificate.ts";
import { haproxyConfig } from "./haproxy-config.ts";
import { certificateFolder, edgeApp, ports } from "./identity.ts";
import { secretVariable } from "./proxy-args.ts";
import { exposeEdge, openPorts } from "./service.ts";
import { proxyArgs, type Targets } from "./settings.ts";

export interface EdgeArgs {
  readonly cluster: Pick<Cluster, "edge" | "image">;
  readonly section: EdgeSection;
  readonly urls: PublicUrls;
  /** Who answers behind it. */
  readonly targets: Targets;
  /** PEM of the authorities of a store that answers by TLS. */
  readonly storeCa?: pulumi.Output<string> | undefined;
  /** By which the API knows it. */
  readonly secret: SecretText;
  readonly rotation: number;
}

const configFolder = "/etc/edge";
const configFile = "haproxy.cfg";
const health = "/healthz";
const probes = appProbes({ port: "metrics", alive: health, ready: health, readyEvery: 2 });
/** Until everybody has seen that the pod goes: kube-proxy needs a second, and balancers of clouds up to three checks of 10 s. */
const lingerSeconds = { "node-port": 3, "load-balancer": 30 } as const;

/** The way from outside to every program of the stack: HAProxy ends TLS, and lets nobody take more than is fair. */
export class EdgeProxy extends Component {
  readonly metrics: Endpoint = endpoint(edgeApp, ports.metrics);
  /** PEM of the authority that clients have to know; undefined where the certificate is not the stack's own. */
  readonly ca: pulumi.Output<string> | undefined;

  constructor(name: string, args: EdgeArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "EdgeProxy", name, opts);
    const { section, urls, rotation } = args;
    const { edge } = args.cluster;
    const { secret: secretName } = section.certificate;
    const certificate = certify(name, { edge, urls, secret: secretName, rotation }, this);
    this.ca = certificate.ca;
    openWays(name, args, this);
    exposeEdge(name, edge, this);
    deployPods(name, { ...args, secretName: certificate.secretName }, this);
    this.registerOutputs({});
  }
}

function openWays(name: string, { cluster, targets }: EdgeArgs, parent: pulumi.Resource): void {
  const clients = clientBlocks(cluster.edge);
  for (const [port, number] of Object.entries(openPorts(cluster.edge))) {
    openToClients(`${name}-${port}`, { to: endpoint(edgeApp, number), clients }, { parent });
  }
  for (const to of Object.values(targets)) {
    openEdge(`${name}-to-${to.host.split(".", 1)[0] ?? ""}`, { from: edgeApp, to }, { parent });
  }
}

function deployPods(
  name: string,
  args: EdgeArgs & { readonly secretName: string },
  parent: pulumi.Resource,
): void {
  const { cluster, section, urls, targets } = args;
  const linger = lingerSeconds[cluster.edge.kind];
  const { path: storeCaFile, files } = authoritiesOf("media-store", args.storeCa);
  const text = haproxyConfig(
    proxyArgs({ edge: cluster.edge, urls, targets, storeCaFile, section }),
  );
  new Workload(
    `${name}-pods`,
    {
      app: edgeApp,
      replicas: section.replicas,
      scaling: scaling.edge,
      budget: section.budget,
      pod: {
        image: cluster.image("edge"),
        ports: { ...openPorts(cluster.edge), metrics: ports.metrics },
        env: {
          [secretVariable]: secret(args.secret),
          // HAProxy reads its configuration when it starts: another one rolls the pods.
          CONFIG_CHECKSUM: checksum({ [configFile]: text }),
        },
        config: { directory: configFolder, files: { [configFile]: text } },
        ...(files && { files }),
        secretFolders: { [certificateFolder]: args.secretName },
        probes,
        resources: section.resources,
        priority: "platform-critical",
        lingerSeconds: linger,
        // Its own limit comes first.
        graceSeconds: linger + section.drainSeconds + 10,
      },
    },
    { parent },
  );
}
