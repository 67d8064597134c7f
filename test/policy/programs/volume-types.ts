import { shop } from "./support/shop.ts";
import { mounting } from "./support/workload.ts";

shop(mounting({ name: "files", nfs: { server: "files.example.com", path: "/" } }));
