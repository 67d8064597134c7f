import { shop } from "./support/shop.ts";

shop();
