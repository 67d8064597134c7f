import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { at, listAt, textAt, textsAt } from "../../kit/json.ts";
import { isWide } from "../../kit/addresses.ts";
import { type Demand, demandRule, given, guardRule, must, naming } from "./cloud-rule.ts";

/** EKS lets in everybody where nobody is named. */
function namesWhom(access: unknown): boolean {
  if (at(access, "endpointPublicAccess") === false) return true;
  const ranges = textsAt(access, "publicAccessCidrs");
  return ranges.length > 0 && !ranges.some(isWide);
}

const fromAnywhere = "can be reached from anywhere, or from too wide a range";

function eksDemands(path: string) {
  const prefix = path === "" ? "" : `${path}.`;
  return [
    { path, holds: namesWhom, problem: fromAnywhere },
    // Otherwise its own nodes go through the internet.
    ...must({ [`${prefix}endpointPrivateAccess`]: true }),
  ];
}

/** What lets in by address: named networks, or nothing but a private endpoint. */
function doorOf(cluster: unknown) {
  const blocks = listAt(cluster, "masterAuthorizedNetworksConfig", "cidrBlocks");
  const closed = at(cluster, "privateClusterConfig", "enablePrivateEndpoint") === true;
  return { blocks, closed };
}

/** GKE lets in everybody where there is no list, and nobody where the list is empty. */
function namesNetworks(cluster: unknown): boolean {
  const { blocks, closed } = doorOf(cluster);
  return (
    at(cluster, "masterAuthorizedNetworksConfig") !== undefined &&
    (closed || blocks.length > 0) &&
    !blocks.some((block) => isWide(textAt(block, "cidrBlock")))
  );
}

const named = ["controlPlaneEndpointsConfig", "dnsEndpointConfig"] as const;

/** GKE's way in by a name, which IAM guards and no list of networks: then it has to be the only one from outside. */
function nameIsAlone(cluster: unknown): boolean {
  const isOpen = at(cluster, ...named, "allowExternalTraffic");
  const { blocks, closed } = doorOf(cluster);
  return isOpen === false || (isOpen === true && closed && blocks.length === 0);
}

/** By name only tokens of IAM come in, which end with the right of whoever has them. */
function nameTakesIamAlone(cluster: unknown): boolean {
  const others = ["enableK8sTokensViaDns", "enableK8sCertsViaDns"];
  return others.every((key) => at(cluster, ...named, key) !== true);
}

export const publicEndpoints = demandRule({
  name: "public-endpoints",
  title:
    "Control planes can be reached only from networks that are named, or on GKE by a name that IAM guards",
  why: "The API of a cluster is the way to everything in it; open to the internet, one stolen token or one hole in it is enough.",
  fix: "name narrow ranges in publicAccessCidrs of EKS or cidrBlocks of masterAuthorizedNetworksConfig of GKE, or close the public endpoint, and let nodes use the private one; on GKE set allowExternalTraffic to false, or to true where it is the only way in from outside, without enableK8sTokensViaDns and enableK8sCertsViaDns",
  severity: "critical",
  frameworks: [cisGke("Control Plane Authorized Networks")],
  demands: {
    "eks:index:Cluster": eksDemands(""),
    "aws:eks/cluster:Cluster": eksDemands("vpcConfig"),
    "gcp:container/cluster:Cluster": [
      { path: "", holds: namesNetworks, problem: fromAnywhere },
      // Otherwise it can be reached from every machine of every customer of Google.
      ...must({ "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled": false }),
      {
        path: "",
        holds: nameIsAlone,
        problem: "has a second way in by name, which no list of networks guards",
      },
      {
        path: "",
        holds: nameTakesIamAlone,
        problem: "takes tokens of the cluster or certificates by name, which nobody can take back",
      },
    ],
  },
});

export const clusterAccess = demandRule({
  name: "cluster-access",
  title: "Clusters know people by the cloud's identities alone",
  why: "Certificates that never end, rights for everybody with an account and lists in a ConfigMap are ways in that nobody sees when somebody leaves.",
  fix: "set authenticationMode to API on EKS; on GKE set enableLegacyAbac, issueClientCertificate and both enableInsecureBindingSystem flags to false and anonymousAuthenticationConfig.mode to LIMITED",
  severity: "high",
  frameworks: [cisGke("Authentication using client certificates, legacy authorization")],
  demands: {
    "eks:index:Cluster": must({ authenticationMode: "API" }),
    "aws:eks/cluster:Cluster": must({ "accessConfig.authenticationMode": "API" }),
    "gcp:container/cluster:Cluster": must({
      enableLegacyAbac: false,
      "masterAuth.clientCertificateConfig.issueClientCertificate": false,
      // Then whoever gives no name may ask for health checks alone.
      "anonymousAuthenticationConfig.mode": "LIMITED",
      "rbacBindingConfig.enableInsecureBindingSystemAuthenticated": false,
      "rbacBindingConfig.enableInsecureBindingSystemUnauthenticated": false,
    }),
  },
});

const unsealed = "doesn't encrypt Secrets with a key of one's own";

/** The program itself must make the key, so that rules see how it is kept. */
const strangeKey = "encrypts Secrets with a key that this program doesn't make";

export const secretsEncrypted = guardRule({
  name: "secrets-encrypted",
  title: "Clusters encrypt Secrets with a key of one's own",
  why: "Whoever reads the cluster's database, or a backup of it, reads every password; a key of one's own says who may, and writes down who did.",
  fix: "set encryptionConfigKeyArn (encryptionConfig.provider.keyArn of aws.eks.Cluster) on EKS, or databaseEncryption with state ENCRYPTED and keyName on GKE",
  severity: "high",
  frameworks: [cisGke("Kubernetes Secrets encrypted using keys managed in Cloud KMS")],
  demands: {
    "eks:index:Cluster": [given("encryptionConfigKeyArn", unsealed)],
    "aws:eks/cluster:Cluster": [given("encryptionConfig.provider.keyArn", unsealed)],
    "gcp:container/cluster:Cluster": [
      ...must({ "databaseEncryption.state": "ENCRYPTED" }),
      given("databaseEncryption.keyName", unsealed),
    ],
  },
  guards: [
    naming("eks:index:Cluster", "aws:kms/key:Key", "encryptionConfigKeyArn", strangeKey),
    naming("aws:eks/cluster:Cluster", "aws:kms/key:Key", "encryptionConfig", strangeKey),
    naming(
      "gcp:container/cluster:Cluster",
      "gcp:kms/cryptoKey:CryptoKey",
      "databaseEncryption",
      strangeKey,
    ),
  ],
});

function logs(path: string, ...wanted: readonly string[]): Demand {
  return {
    path,
    holds: (value) => wanted.every((log) => textsAt(value).includes(log)),
    problem: `doesn't keep the logs that tell who did what (${path})`,
  };
}

const eks = logs("enabledClusterLogTypes", "api", "audit", "authenticator");

export const controlPlaneLogs = demandRule({
  name: "control-plane-logs",
  title: "Clusters write down who did what, and watch their own posture",
  why: "After a break-in nobody can tell what was read and changed.",
  fix: 'set enabledClusterLogTypes to ["api", "audit", "authenticator"] on EKS; on GKE add APISERVER to loggingConfig.enableComponents and set securityPostureConfig.mode to BASIC',
  severity: "medium",
  frameworks: [cisEks("Enable audit logs"), cisGke("Kubernetes Engine cluster logging")],
  demands: {
    "eks:index:Cluster": [eks],
    "aws:eks/cluster:Cluster": [eks],
    "gcp:container/cluster:Cluster": [
      logs("loggingConfig.enableComponents", "SYSTEM_COMPONENTS", "APISERVER"),
      ...must({ "securityPostureConfig.mode": ["BASIC", "ENTERPRISE"] }),
    ],
  },
});

export const controlPlaneRules = [
  publicEndpoints,
  clusterAccess,
  secretsEncrypted,
  controlPlaneLogs,
];
