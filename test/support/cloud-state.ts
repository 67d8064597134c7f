/**
 * What a cloud adds to a resource when it makes it, as far as the program reads it: identities that differ
 * by name, and addresses that are kept for documentation (RFC 5737).
 */
type Inputs = Readonly<Record<string, unknown>>;
type State = Record<string, unknown>;
type Row = (name: string, inputs: Inputs) => State;

const account = "123456789012";
const certificate = "dGhlIGNsdXN0ZXIncyBhdXRob3JpdHk=";
const pem = "-----BEGIN CERTIFICATE-----\nthe database's authority\n-----END CERTIFICATE-----\n";
const secretSignature = "4dabf18193072939515e22adb298388d";

/** As the engine hands over what is encrypted in the state. */
function secret(value: string): State {
  return { [secretSignature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

function text(inputs: Inputs, key: string, fallback: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : fallback;
}

function eksCluster(name: string, inputs: Inputs): State {
  const physical = text(inputs, "name", name);
  const arn = `arn:aws:eks:us-east-1:${account}:cluster/${physical}`;
  const endpoint = "https://cluster.eks.example.com";
  const securityGroup = `sg-${name}`;
  const made = {
    id: physical,
    name: physical,
    arn,
    endpoint,
    certificateAuthority: { data: certificate },
    vpcConfig: { clusterSecurityGroupId: securityGroup },
  };
  return {
    eksCluster: made,
    core: { cluster: made, endpoint },
    clusterSecurityGroupId: securityGroup,
    kubeconfig: { clusters: [{ cluster: { server: endpoint } }] },
    kubeconfigJson: JSON.stringify({ clusters: [{ cluster: { server: endpoint } }] }),
  };
}

const rows: Readonly<Record<string, Row>> = {
  "eks:index:Cluster": eksCluster,
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1, defaultVersion: 1 }),
  "aws:rds/instance:Instance": () => ({ address: "database.rds.example.com" }),
  "aws:ecr/repository:Repository": (name) => ({ repositoryUrl: `registry.example.com/${name}` }),
  "gcp:container/cluster:Cluster": () => ({
    endpoint: "192.0.2.10",
    masterAuth: { clusterCaCertificate: certificate },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { endpoint: "gke-1f2e3d.us-central1.gke.goog" },
    },
  }),
  "gcp:serviceaccount/account:Account": (name, inputs) => {
    const email = `${text(inputs, "accountId", name)}@project.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}`, uniqueId: name };
  },
  "gcp:storage/hmacKey:HmacKey": (name) => ({
    accessId: `GOOG${name.toUpperCase()}`,
    secret: secret(`secret-of-${name}`),
  }),
  "gcp:storage/bucket:Bucket": (name) => ({ url: `gs://${name}` }),
  "gcp:sql/databaseInstance:DatabaseInstance": (name) => ({
    pscServiceAttachmentLink: `projects/google/serviceAttachments/${name}`,
    serverCaCerts: [{ cert: pem }],
  }),
  "gcp:compute/address:Address": () => ({ address: "10.10.0.9" }),
  "gcp:projects/serviceIdentity:ServiceIdentity": () => {
    const email = "service-1@container-engine-robot.iam.gserviceaccount.com";
    return { email, member: `serviceAccount:${email}` };
  },
};

/** Every resource of AWS has an ARN, and nearly every one a name. */
function awsState(type: string, name: string, inputs: Inputs): State {
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const physical = text(inputs, "name", name);
  return {
    arn: `arn:aws:${service}:us-east-1:${account}:${physical}`,
    name: physical,
    bucket: text(inputs, "bucket", physical),
  };
}

function gcpState(type: string, name: string, inputs: Inputs): State {
  const physical = text(inputs, "name", name);
  const project = text(inputs, "project", "project");
  return {
    name: physical,
    project,
    selfLink: `https://www.googleapis.com/${type.split(":")[1] ?? ""}/${project}/${physical}`,
  };
}

const clouds: Readonly<Record<string, (type: string, name: string, inputs: Inputs) => State>> = {
  aws: awsState,
  gcp: gcpState,
};

/** The outputs of a resource of a cloud, beside its inputs; none for everything else. */
export function cloudState(type: string, name: string, inputs: Inputs): State {
  const common = clouds[type.split(":")[0] ?? ""];
  return { ...common?.(type, name, inputs), ...rows[type]?.(name, inputs) };
}

/** What AWS says of the versions that it has: all that the program asks a cloud. */
export const cloudAnswers: Readonly<Record<string, (asked: Inputs) => State>> = {
  "aws:eks/getAddonVersion:getAddonVersion": (asked) => ({
    ...asked,
    version: "v1.2.3-eksbuild.4",
  }),
  "aws:ssm/getParameter:getParameter": ({ name }) => {
    const [, version = ""] = /optimized-ami\/([0-9.]+)\//.exec(String(name)) ?? [];
    const release = `${version}.3-20261101`;
    return { name, value: secret(release), insecureValue: release };
  },
};
