import { bindNslookup } from "../programs/network/bind-nslookup.ts";
import { openbsdNc } from "../programs/network/nc/openbsd-nc.ts";
import type { Image } from "../runtime/image.ts";

/** BIND's nslookup and OpenBSD's nc in front of busybox' own. */
export const bindTools: NonNullable<Image["programs"]> = {
  "/usr/bin/nslookup": bindNslookup,
  "/usr/bin/nc": openbsdNc,
};

/** The images for looking up names, as the Kubernetes documentation uses them. */
export const dnsutils: Image = {
  names: [
    "registry.k8s.io/e2e-test-images/jessie-dnsutils",
    "registry.k8s.io/e2e-test-images/dnsutils",
    "tutum/dnsutils",
  ],
  base: "debian",
  command: ["bash"],
  sizeMiB: 42,
  tools: ["dig", "host", "nslookup"],
};

/** A toolbox for the network. https://github.com/nicolaka/netshoot */
export const netshoot: Image = {
  names: ["nicolaka/netshoot"],
  base: "alpine",
  tools: ["curl", "dig", "host", "ss", "bash", "telnet"],
  command: ["bash"],
  sizeMiB: 200,
  programs: bindTools,
};
