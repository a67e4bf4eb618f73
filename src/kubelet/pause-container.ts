import { createContainer } from "../runtime/create-container.ts";
import type { Image } from "../runtime/image.ts";
import { PidNamespace } from "../runtime/kernel/pid-namespace.ts";
import type { ContainerOptions, LiveContainer } from "../runtime/live-container.ts";
import type { KubeletContext } from "./node-context.ts";

const image: Image = {
  names: ["registry.k8s.io/pause"],
  base: "none",
  entrypoint: ["/pause"],
  // Nothing ends PID 1 of a pod but its sandbox.
  programs: { "/pause": (process) => process.waitFor(new Promise(() => {})) },
};

/**
 * What holds the pids that a pod's containers share: PID 1, which takes in orphans. It runs until it is stopped.
 * https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/
 */
export function startPause(
  { network, clock, random, log, tools, lookup }: KubeletContext,
  { hostname, pod }: Pick<ContainerOptions, "hostname" | "pod">,
): LiveContainer {
  const pause = createContainer({
    id: random.hex(64),
    hostname,
    image,
    imageName: "registry.k8s.io/pause:3.10",
    ports: [],
    tools,
    command: ["/pause"],
    pids: new PidNamespace({ isShared: true }),
    env: new Map(),
    workingDirectory: "/",
    user: { uid: 65_535, gid: 65_535, name: "65535", groups: [] },
    mounts: [],
    readOnlyRoot: true,
    pod,
    network,
    resolver: { lookup: (host, files) => lookup(host, { from: pod.ip, ...files }) },
    clock,
    random,
    log,
    stdin: false,
    stdinOnce: false,
    tty: false,
    output: () => {},
  });
  pause.start();
  return pause;
}
