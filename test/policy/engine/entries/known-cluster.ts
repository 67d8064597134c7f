/** Our program on a cluster that is there. */
import "./this-cluster.ts";

export * from "../../../../index.ts";
