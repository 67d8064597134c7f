import { Type } from "typebox";
import { nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { at, isObject, listAt, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** What a volume is made of; a type of which nobody knows more yet is one all the same. */
function typesOf(volume: unknown): string[] {
  if (!isObject(volume)) return [];
  return Object.keys(volume).filter(
    (key) => key !== "name" && ifKnown(() => at(volume, key)) !== null,
  );
}

export const volumeTypes = podRule({
  name: "volume-types",
  title: "Pods mount only volumes that leave the node and the cluster's storage to Kubernetes",
  why: "A volume that names a server or a disk gets around storage classes and quotas, with rights that nobody gave the pod.",
  fix: "take a volume of an allowed type, like a persistentVolumeClaim for data or an emptyDir for scratch",
  severity: "high",
  frameworks: [podSecurityRestricted("Volume Types"), nsaCisa("Pod security enforcement: volumes")],
  config: Type.Object({
    allowed: Type.Array(Type.String(), {
      default: [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
      ],
      description:
        "Types that volumes may have; those of Pod Security's level restricted unless told otherwise. `hostPath` is judged by host-paths.",
    }),
  }),
  check: ({ spec }, report, { allowed }) => {
    for (const volume of listAt(spec, "volumes")) {
      const wrong = typesOf(volume).filter(
        (type) => type !== "hostPath" && !allowed.includes(type),
      );
      if (wrong.length === 0) continue;
      report(`mounts the volume "${textAt(volume, "name") ?? ""}" of type ${wrong.join(", ")}`);
    }
  },
});
