import {
  numericUser,
  ownServiceAccount,
  runAsNonRoot,
  serviceAccountToken,
  tokensOnRequest,
  userNamespaces,
} from "../../../policy/rules/pods/identity.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, objectOf, podOf, podWith, secured, securedPod } from "../kit/workloads.ts";

const both = (ofPod: object, ofContainer: object = {}, more: object = {}) =>
  podWith({
    ...securedPod({ ...ofPod }),
    containers: [container(secured({ ...ofContainer }))],
    ...more,
  });
const root = (ofPod: unknown, ofContainer?: unknown) =>
  both({ runAsNonRoot: ofPod }, { runAsNonRoot: ofContainer });
const noContext = podWith({ securityContext: undefined });

describeRule(runAsNonRoot, {
  passes: [
    ["a container that leaves it to its pod", root(true, null)],
    ["a pod that leaves it to its containers", root(undefined, true)],
  ],
  fails: [
    ["none of both", noContext, 'container "main" may run as root. Fix'],
    ["a container that says false", root(true, false), 'container "main" may run as root'],
    ["a pod that says false, and no container", root(false, true), "cart: may run as root"],
    ["another value than true", root(true, "true"), "may run as root"],
    [
      "an unknown value of the pod, and each container that leaves it to the pod",
      root(unknown),
      ["runAsNonRoot is not known before", 'container "main" spec'],
    ],
  ],
});

const nobody = { runAsUser: undefined };

describeRule(numericUser, {
  passes: [
    ["another user than the pod's", both({}, { runAsUser: 20000, runAsGroup: 20000 })],
    ["a pod that leaves it to its containers", both(nobody, { runAsUser: 7 })],
    ["no group for files", both({ fsGroup: undefined, supplementalGroups: [5] })],
  ],
  fails: [
    ["root", both({}, { runAsUser: 0 }), "has 0 as runAsUser, and not a number from 1 up"],
    ["the group of root", both({}, { runAsGroup: 0 }), "has 0 as runAsGroup"],
    ["a user by name", both({}, { runAsUser: "app" }), "has app as runAsUser"],
    ["no user", both(nobody), "has nothing as runAsUser"],
    ["no group", both({ runAsGroup: undefined }), "has nothing as runAsGroup"],
    ["root's group for files", both({ fsGroup: 0 }), "puts its containers into group 0"],
    ["root's group beside", both({ supplementalGroups: [7, 0] }), "into group 0, below 1"],
    [
      "users and groups below what settings say",
      both({}),
      ["into group 10001, below 10002", "10001 as runAsUser, and not", "10001 as runAsGroup"],
      { minimumUser: 20000, minimumGroup: 10002 },
    ],
  ],
});

const account = (serviceAccountName: unknown, more: object = {}) =>
  podWith({ serviceAccountName, ...more });

describeRule(ownServiceAccount, {
  passes: [
    ["one by the old field", account(undefined, { serviceAccount: "cart" })],
    ["one that Pulumi is yet to name", account(unknown)],
  ],
  fails: [
    ["none", account(undefined), "runs as the ServiceAccount default"],
    ["an empty name", account(""), "runs as the ServiceAccount default"],
    ["the default", account("default"), "runs as the ServiceAccount default"],
  ],
});

const automount = (automountServiceAccountToken: unknown) =>
  podWith({ automountServiceAccountToken });
const projected = (source: unknown) =>
  podWith({ volumes: [{ name: "tokens", projected: { sources: [{ configMap: {} }, source] } }] });
const forAws = projected({ serviceAccountToken: { audience: "sts.amazonaws.com", path: "token" } });
const certificate = (signerName: string) => projected({ podCertificate: { signerName } });

describeRule(serviceAccountToken, {
  passes: [
    ["a certificate for others", certificate("example.com/mesh")],
    ["other volumes", projected({ secret: { name: "x" } })],
  ],
  fails: [
    ["a pod that says nothing", automount(undefined), "mounts a token for the Kubernetes API. Fix"],
    ["a pod that says true", automount(true), "mounts a token for the Kubernetes API"],
    [
      "a token as a volume",
      projected({ serviceAccountToken: { path: "token" } }),
      'for the Kubernetes API as the volume "tokens"',
    ],
    ["a token for others", forAws, 'a token for sts.amazonaws.com as the volume "tokens"'],
    [
      "a certificate in its place",
      certificate("kubernetes.io/kube-apiserver-client-pod"),
      'gets a certificate for the Kubernetes API as the volume "tokens"',
    ],
  ],
});

const giving = (automountServiceAccountToken: unknown) =>
  objectOf("ServiceAccount", { automountServiceAccountToken });
const patch = (says: unknown) => ({
  ...giving(says),
  type: "kubernetes:core/v1:ServiceAccountPatch",
});

describeRule(tokensOnRequest, {
  passes: [
    ["an account that gives it to nobody by itself", giving(false)],
    ["another kind", objectOf("Service", {})],
    ["a patch that leaves it as it is", patch(undefined)],
  ],
  fails: [
    ["an account that says true", giving(true), "gives its token to each pod that names it. Fix"],
    ["an account that says nothing", giving(undefined), "gives its token to each pod"],
    ["a patch that says true", patch(true), "gives its token to each pod"],
  ],
});

const strangers = { components: ["worker"] };
const device = container({
  resources: { requests: { cpu: "1" }, limits: { "nvidia.com/gpu": "1" } },
});

describeRule(userNamespaces, {
  passes: [
    ["a pod with users of its own", podOf("worker", { hostUsers: false }), strangers],
    ["a pod of another component", podOf("server"), strangers],
    ["a pod with a device of its node", podOf("worker", { containers: [device] }), strangers],
    ["every pod where no component is named", podOf("worker")],
  ],
  fails: [
    ["the node's users", podOf("worker"), "shares the users of its node, as a worker", strangers],
    ["them, said aloud", podOf("worker", { hostUsers: true }), "shares the users", strangers],
  ],
});
