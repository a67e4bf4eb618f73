import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { etcd } from "./etcd.ts";
import { klogLine } from "./go/log.ts";
import { openKubeProxyDoors } from "./kube-proxy-doors.ts";

const mebibyte = 1024 * 1024;

interface Component {
  readonly name: string;
  readonly path: string;
  readonly sizeMiB: number;
  /** About what the real one takes when there is little to do. */
  readonly memoryMiB: number;
  /** What it says when it starts: where in its source, and what. */
  readonly opening: readonly (readonly [place: string, text: string])[];
}

const components: readonly Component[] = [
  {
    name: "kube-apiserver",
    path: "/usr/local/bin/kube-apiserver",
    sizeMiB: 28,
    memoryMiB: 210,
    opening: [
      ["options.go:228", "external host was not specified, using the address of this node"],
      ["server.go:143", "Version: v1.32.4"],
      ["secure_serving.go:213", "Serving securely on [::]:6443"],
      ["cache.go:39", "Caches are synced for RemoteAvailability controller"],
    ],
  },
  {
    name: "kube-controller-manager",
    path: "/usr/local/bin/kube-controller-manager",
    sizeMiB: 25,
    memoryMiB: 44,
    opening: [
      ["serving.go:386", "Generated self-signed cert in-memory"],
      ["controllermanager.go:185", '"Starting" version="v1.32.4"'],
      ["secure_serving.go:213", "Serving securely on 127.0.0.1:10257"],
      ["leaderelection.go:271", "successfully acquired lease kube-system/kube-controller-manager"],
    ],
  },
  {
    name: "kube-scheduler",
    path: "/usr/local/bin/kube-scheduler",
    sizeMiB: 20,
    memoryMiB: 18,
    opening: [
      ["serving.go:386", "Generated self-signed cert in-memory"],
      ["server.go:166", '"Starting Kubernetes Scheduler" version="v1.32.4"'],
      ["secure_serving.go:213", "Serving securely on 127.0.0.1:10259"],
      ["leaderelection.go:271", "successfully acquired lease kube-system/kube-scheduler"],
    ],
  },
  {
    name: "kube-proxy",
    path: "/usr/local/bin/kube-proxy",
    sizeMiB: 29,
    memoryMiB: 12,
    opening: [
      ["server_linux.go:66", '"Using iptables proxy"'],
      ["server.go:489", '"Version info" version="v1.32.4"'],
      ["config.go:199", '"Starting service config controller"'],
      ["shared_informer.go:320", "Caches are synced for service config"],
    ],
  },
];

/** What a kubeadm cluster runs for itself. They say that they run: what they would do, the cluster does in this process. */
export const controlPlaneImages: readonly Image[] = [...components.map((component) => imageOf(component)), etcd];

function imageOf(component: Component): Image {
  const { name, path, sizeMiB } = component;
  return {
    names: [`registry.k8s.io/${name}`],
    base: "none",
    entrypoint: [path],
    sizeMiB,
    programs: { [path]: (process) => run(process, component) },
  };
}

async function run(process: Process, { name, memoryMiB, opening }: Component): Promise<number> {
  process.memoryBytes = memoryMiB * mebibyte;
  if (name === "kube-proxy") openKubeProxyDoors(process);
  await process.warn(klogOpening(process, opening));
  await process.terminated;
  return 0;
}

function klogOpening(process: Process, opening: Component["opening"]): string {
  return opening.map(([place, text]) => klogLine(process, place, text)).join("");
}
