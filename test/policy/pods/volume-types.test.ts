import { volumeTypes } from "../../../policy/rules/pods/volume-types.ts";
import { unknown } from "../kit/evaluate.ts";
import { describePods } from "../kit/pod-cases.ts";

const volumes = (...all: object[]) => ({
  volumes: all.map((one, i) => ({ name: `v${i}`, ...one })),
});
const nfs = { nfs: { server: "files", path: "/" } };

describePods(volumeTypes, {
  broken: [
    ["mounts a server", volumes({ emptyDir: {} }, nfs), 'mounts the volume "v1" of type nfs'],
    ["mounts a repository", volumes({ gitRepo: { repository: "x" } }), "of type gitRepo"],
    ["mounts one of unknown content", volumes({ nfs: unknown }), "of type nfs"],
    ["mounts what is not known", { volumes: unknown }, "volumes is not known before"],
  ],
  right: [
    [
      "mounts each type that Pod Security knows as safe",
      volumes(
        { configMap: {} },
        { csi: {} },
        { downwardAPI: {} },
        { emptyDir: {} },
        { ephemeral: {} },
        { image: {} },
        { persistentVolumeClaim: {} },
        { projected: {} },
        { secret: unknown },
      ),
    ],
    ["mounts a type that a setting allows", volumes(nfs), { allowed: ["nfs"] }],
    ["mounts a folder of the node, of which host-paths tells", volumes({ hostPath: {} })],
    ["names no type, which is an emptyDir", volumes({}, { nfs: null })],
    ["mounts nothing", { volumes: undefined }],
  ],
});
