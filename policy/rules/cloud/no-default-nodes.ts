import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { at } from "../../kit/json.ts";
import { demandRule, exactly } from "./demands.ts";

export const noDefaultNodes = demandRule({
  name: "no-default-nodes",
  title: "Clusters have the nodes that the program describes, and no others",
  why: "The pool that a cloud makes by itself has the cloud's defaults: its account, its disks, its metadata service. Its nodes are as dangerous as they are easy to forget.",
  fix: "set removeDefaultNodePool to true on GKE, or skipDefaultNodeGroup to true on eks.Cluster, and describe node pools of your own",
  severity: "medium",
  frameworks: [cisGke("Node pools"), cisEks("Worker nodes")],
  demands: {
    "eks:index:Cluster": [
      exactly("skipDefaultNodeGroup", true, "makes a node group of its own choice"),
    ],
    "gcp:container/cluster:Cluster": [
      {
        path: "",
        holds: (cluster: unknown) =>
          at(cluster, "enableAutopilot") === true || at(cluster, "removeDefaultNodePool") === true,
        problem: "keeps the pool that Google makes",
      },
    ],
  },
});
