import * as aws from "@pulumi/aws";
import { onAws } from "./support/aws.ts";

new aws.cloudwatch.LogGroup("cart", { name: "/shop/cart" }, onAws);
