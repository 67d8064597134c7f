import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

const image = "europe-west4-docker.pkg.dev/my-framewright/shop/cart:latest";

shop(podSpec({ containers: [container({ image })] }));
