import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const { volumes } = podSpec();
const { volumeMounts } = container();
const volume = { name: "node", nfs: { server: "files.example.com", path: "/" } };
const mount = { name: volume.name, mountPath: "/node", readOnly: true };

shop(
  podSpec({
    containers: [container({ volumeMounts: [...volumeMounts, mount] })],
    volumes: [...volumes, volume],
  }),
);
