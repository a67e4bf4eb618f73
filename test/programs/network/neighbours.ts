import { agnhost } from "../../../src/images/agnhost/agnhost.ts";
import { alpine, busybox } from "../../../src/images/busybox.ts";
import type { DnsRecord } from "../../../src/network/dns-message.ts";
import { createPods, type Pod, type Pods } from "../../images/pods.ts";

/** A pod to type in, and a server `web` (10.244.0.10) with nothing but agnhost's netexec on port 80 and UDP 81. */
export interface Neighbours {
  readonly pods: Pods;
  readonly web: Pod;
  readonly shell: Pod;
  /** What a script writes, both outputs together, and its exit code. */
  sh(script: string): Promise<readonly [output: string, exitCode: number]>;
}

const names = {
  "web.default.svc.cluster.local": ["10.244.0.10"],
  "kube-dns.kube-system.svc.cluster.local": ["10.96.0.10"],
};
const records: readonly DnsRecord[] = [
  { name: "10.0.244.10.in-addr.arpa.", ttl: 30, type: "PTR", target: "web.default.svc.cluster.local." },
  { name: "10.0.96.10.in-addr.arpa.", ttl: 30, type: "PTR", target: "kube-dns.kube-system.svc.cluster.local." },
  {
    name: "_http._tcp.web.default.svc.cluster.local.",
    ttl: 30,
    type: "SRV",
    priority: 0,
    weight: 100,
    port: 80,
    target: "web.default.svc.cluster.local.",
  },
];

export async function createNeighbours(
  kind: "busybox" | "alpine" | "agnhost" = "busybox",
  imageName?: string,
): Promise<Neighbours> {
  const pods = createPods(names, records);
  const web = pods.start(agnhost, { args: ["netexec", "--http-port=80", "--udp-port=81"], name: "web" });
  const image = { busybox, alpine, agnhost }[kind];
  const tools = kind === "agnhost" ? (image.tools ?? []) : ["curl", "dig", "host", "ss"];
  const shell = pods.start(
    { ...image, tools },
    { command: ["sleep", "1000000"], name: "shell", ...(imageName === undefined ? {} : { imageName }) },
  );
  await pods.clock.advance(10);
  const sh = async (script: string): Promise<readonly [string, number]> => {
    const { stdout, exitCode } = await shell.exec(["sh", "-c", `exec 2>&1; ${script}`]);
    return [stdout, exitCode];
  };
  return { pods, web, shell, sh };
}
