import { at, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { secret } from "../../../tools/plugins/kit/properties.ts";
import { addOnVersions, releases } from "./published.ts";

/** Answers to a call, in the cloud of a folder. */
type Answer = (args: JsonObject, cloudFolder: string) => JsonObject;

/** EKS's own choice is the first version of an add-on; it is not the newest. */
const addonVersion: Answer = (args, cloudFolder) => {
  const addonName = textAt(args, "addonName") ?? "";
  const kubernetesVersion = textAt(args, "kubernetesVersion") ?? "";
  const mostRecent = at(args, "mostRecent") ?? false;
  const versions = addOnVersions(addonName, kubernetesVersion, cloudFolder);
  const version = mostRecent === true ? versions.at(-1) : versions[0];
  if (version === undefined) {
    throw new Error(`no add-on ${addonName} for Kubernetes ${kubernetesVersion}`);
  }
  return { addonName, id: addonName, kubernetesVersion, mostRecent, version };
};

const releaseName =
  /^\/aws\/service\/eks\/optimized-ami\/(1\.\d\d)\/amazon-linux-2023\/(x86_64|arm64)\/(standard|nvidia|neuron)\/recommended\/release_version$/;

/** Parameters that AWS publishes; a value may be a secret, which the provider marks in every answer. */
const parameter: Answer = (args, cloudFolder) => {
  const name = textAt(args, "name") ?? "";
  const [, minor] = releaseName.exec(name) ?? [];
  const value = minor === undefined ? undefined : releases(minor, cloudFolder).at(-1);
  if (value === undefined)
    throw new Error(`reading SSM Parameter (${name}): couldn't find resource`);
  return { id: name, name, type: "String", version: 1, insecureValue: value, value: secret(value) };
};

const partition: Answer = () => {
  const reverseDnsPrefix = "com.amazonaws";
  return { dnsSuffix: "amazonaws.com", id: "aws", partition: "aws", reverseDnsPrefix };
};

/**
 * What the component of @pulumi/eks and our program ask AWS, in previews as well: names of its partition, and which versions
 * there are. Everything else a program of ours takes from its config.
 */
export const functions: ReadonlyMap<string, Answer> = new Map([
  ["aws:index/getPartition:getPartition", partition],
  ["aws:eks/getAddonVersion:getAddonVersion", addonVersion],
  ["aws:ssm/getParameter:getParameter", parameter],
]);
