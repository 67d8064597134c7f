import { deletionProtection } from "../../../policy/rules/cloud/deletion-protection.ts";
import {
  keysRotated,
  providersBound,
  registriesGuarded,
  storageEncrypted,
} from "../../../policy/rules/cloud/other-resources.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, programWithout, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

const disks = "blockDeviceMappings";

const algorithm = (sseAlgorithm: string) => [
  { applyServerSideEncryptionByDefault: { sseAlgorithm } },
];

describeRule(storageEncrypted, {
  passes: [
    accepted,
    ...right(aws.encryption, "rules", [algorithm("aws:kms")]),
    ...right(aws.launchTemplate, disks, [[{ ebs: { encrypted: true } }, { noDevice: "" }]]),
  ],
  fails: [
    ...wrong(
      aws.launchTemplate,
      disks,
      [[{}], [{ ebs: { encrypted: "false" } }], [{ noDevice: "" }]],
      "has disks that are not said to be encrypted",
    ),
    ...wrong(aws.database, "storageEncrypted", [unknown]),
    ...wrong(aws.encryption, "rules", [undefined, [], [{}], algorithm("DES")], "doesn't encrypt"),
    ["none", programWithout(aws.encryption), "has no BucketServerSideEncryptionConfiguration"],
  ],
});

const late = "is not renewed in time, or never";

describeRule(keysRotated, {
  passes: [accepted, ...right(aws.key, "rotationPeriodInDays", [90])],
  fails: [
    ...wrong(aws.key, "rotationPeriodInDays", [2560], late),
    ...wrong(gcp.key, "rotationPeriod", ["never"], late),
  ],
});

describeRule(registriesGuarded, {
  passes: [accepted],
  fails: wrong(gcp.repository, "dockerConfig", [undefined, { immutableTags: false }]),
});

const kubernetes = aws.resource("pulumi:providers:kubernetes", { kubeconfig: unknown });
const rendered = aws.resource("pulumi:providers:kubernetes", { renderYamlToDirectory: "x" });

describeRule(providersBound, {
  passes: [
    accepted,
    ["a kubeconfig", kubernetes],
    ["manifests that are only written", rendered],
    ...right(gcp.provider, "project", [unknown]),
  ],
  fails: [
    ...wrong(aws.provider, "allowedAccountIds", ['["1","2"]', "no JSON"], "works in any account"),
    ...wrong(aws.provider, "defaultTags", ['{"tags":{}}'], "doesn't mark what it"),
    ...wrong(gcp.provider, "project", [undefined, ""], "works in any project"),
    ...wrong(gcp.provider, "defaultLabels", [undefined, "{}"], "doesn't mark what it makes"),
    ...wrong(kubernetes, "kubeconfig", [undefined], "works on whichever cluster the shell is set"),
  ],
});

const soon = "is gone for good soon after somebody deletes it";

describeRule(deletionProtection, {
  passes: [
    accepted,
    ...right(aws.key, "deletionWindowInDays", [undefined]),
    ...right(gcp.key, "destroyScheduledDuration", [undefined]),
  ],
  fails: [
    ...[aws.component, aws.cluster, aws.database, gcp.cluster, gcp.database].flatMap((of) =>
      wrong(of, "deletionProtection", [undefined, false]),
    ),
    ...wrong(gcp.database, "settings.finalBackupConfig", [undefined]),
    ...wrong(gcp.database, "settings.retainBackupsOnDelete", [false]),
    ...wrong(aws.bucket, "forceDestroy", [unknown]),
    ...wrong(aws.key, "deletionWindowInDays", [7], soon),
    ...wrong(gcp.key, "destroyScheduledDuration", ["86400s"], soon),
  ],
});
