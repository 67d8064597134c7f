import { Type } from "typebox";
import { cisAws, kubernetesDocs } from "../../kit/frameworks.ts";
import { keysAt, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";

const aws = { parameter: "encrypted", value: "true" };

const config = Type.Object({
  encryptedBy: Type.Record(
    Type.String(),
    Type.Object(
      {
        parameter: Type.String({ description: "The parameter that asks for encryption." }),
        value: Type.String({ description: "Its value, in small letters." }),
      },
      { additionalProperties: false },
    ),
    {
      default: {
        "ebs.csi.aws.com": aws,
        "kubernetes.io/aws-ebs": aws,
        "ebs.csi.eks.amazonaws.com": aws,
      },
      description: "Provisioners that encrypt if they are asked to.",
    },
  ),
  encryptedAlways: Type.Array(Type.String(), {
    default: [
      "pd.csi.storage.gke.io",
      "kubernetes.io/gce-pd",
      "filestore.csi.storage.gke.io",
      "disk.csi.azure.com",
      "file.csi.azure.com",
    ],
    description: "Provisioners whose cloud encrypts every volume.",
  }),
  trusted: Type.Array(
    Type.Object(
      {
        provisioner: Type.String({ description: "Like `rancher.io/local-path`." }),
        reason: Type.String({
          minLength: 10,
          description: "What encrypts its volumes, or why nothing has to.",
        }),
      },
      { additionalProperties: false },
    ),
    { default: [], description: "Other provisioners that classes may name." },
  ),
  ownKeys: Type.Boolean({
    default: false,
    description:
      "Whether volumes are encrypted with a key of the program's own, not only with the cloud's.",
  }),
  keyParameters: Type.Array(Type.String(), {
    default: ["kmsKeyId", "disk-encryption-kms-key", "diskEncryptionSetID"],
    description: "Parameters that name such a key.",
  }),
});

export const storageEncryption = resourceRule({
  name: "storage-encryption",
  title: "Volumes of every StorageClass are encrypted",
  why: "A volume outlives its pod as snapshots and returned disks, which others can read if it is not encrypted.",
  fix: 'ask for encryption in parameters, as `encrypted: "true"` for EBS, or list the provisioner in the setting trusted with its reason',
  severity: "high",
  frameworks: [
    cisAws("Ensure EBS Volume Encryption is Enabled in all Regions"),
    kubernetesDocs("Storage Classes"),
  ],
  config,
  check: (subject, report, settings) => {
    if (!isKind(subject, "storage.k8s.io/StorageClass")) return;
    const provisioner = textAt(subject.props, "provisioner") ?? "";
    if (settings.trusted.some((one) => one.provisioner === provisioner)) return;
    const asked = settings.encryptedBy[provisioner];
    if (asked === undefined && !settings.encryptedAlways.includes(provisioner)) {
      report(`nothing says that volumes of ${provisioner} are encrypted`);
      return;
    }
    if (
      asked !== undefined &&
      textAt(subject.props, "parameters", asked.parameter)?.toLowerCase() !== asked.value
    ) {
      report(`does not set parameters.${asked.parameter} to "${asked.value}"`);
    }
    const parameters = keysAt(subject.props, "parameters");
    if (settings.ownKeys && !settings.keyParameters.some((key) => parameters.includes(key))) {
      report("names no key of the program's own to encrypt with");
    }
  },
});
