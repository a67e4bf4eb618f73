import { keyOf } from "../api/object.ts";
import { isAlreadyExists } from "../api/status.ts";
import type { Container, Node, Pod, Volume } from "../api/types.gen.ts";
import type { Kubelet } from "../kubelet/kubelet.ts";
import { nodes } from "../resources/core/node.ts";
import { pods } from "../resources/core/pod.ts";
import { timestamp } from "../sim/clock.ts";
import { describeError } from "../sim/log.ts";
import { apiPort, serviceCidr } from "./addresses.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { World } from "./world.ts";

const namespace = "kube-system";
/** Of the control plane, as its images have it. */
export const version = "v1.32.4";

interface StaticPod {
  readonly name: string;
  readonly image: string;
  readonly args: (node: Place) => readonly string[];
  readonly requests: Readonly<Record<string, string>>;
  /** Of the node, where they are on the node. */
  readonly paths: Readonly<Record<string, string>>;
}

interface Place {
  readonly name: string;
  readonly ip: string;
}

const certificates = { "k8s-certs": "/etc/kubernetes/pki", "ca-certs": "/etc/ssl/certs" };

/** As kubeadm writes them to /etc/kubernetes/manifests. */
const manifests: readonly StaticPod[] = [
  {
    name: "etcd",
    image: "registry.k8s.io/etcd:3.5.16-0",
    args: ({ name, ip }) => [
      `--advertise-client-urls=https://${ip}:2379`,
      "--data-dir=/var/lib/etcd",
      `--listen-client-urls=https://127.0.0.1:2379,https://${ip}:2379`,
      `--name=${name}`,
    ],
    requests: { cpu: "100m", memory: "100Mi" },
    paths: { "etcd-certs": "/etc/kubernetes/pki/etcd", "etcd-data": "/var/lib/etcd" },
  },
  {
    name: "kube-apiserver",
    image: `registry.k8s.io/kube-apiserver:${version}`,
    args: ({ ip }) => [
      `--advertise-address=${ip}`,
      "--authorization-mode=Node,RBAC",
      "--etcd-servers=https://127.0.0.1:2379",
      `--secure-port=${apiPort}`,
      `--service-cluster-ip-range=${serviceCidr}`,
    ],
    requests: { cpu: "250m" },
    paths: certificates,
  },
  {
    name: "kube-controller-manager",
    image: `registry.k8s.io/kube-controller-manager:${version}`,
    args: () => ["--bind-address=127.0.0.1", "--leader-elect=true", `--service-cluster-ip-range=${serviceCidr}`],
    requests: { cpu: "200m" },
    paths: certificates,
  },
  {
    name: "kube-scheduler",
    image: `registry.k8s.io/kube-scheduler:${version}`,
    args: () => ["--bind-address=127.0.0.1", "--leader-elect=true"],
    requests: { cpu: "100m" },
    paths: { kubeconfig: "/etc/kubernetes" },
  },
];

export interface StaticPodOptions {
  readonly world: World;
  readonly plane: ControlPlane;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  /** The control-plane node's name; without such a node nothing runs. */
  readonly node: string;
}

/**
 * Runs the control plane's pods, and puts their mirrors back when somebody deletes them. The returned function stops.
 * https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
export async function runStaticPods(options: StaticPodOptions): Promise<() => void> {
  const { world, kubelets, node: name } = options;
  const { informers } = options.plane;
  const client = options.plane.clientFor("kubelet");
  const random = world.random.fork("static-pods");
  const hashes = new Map(manifests.map((manifest) => [`${manifest.name}-${name}`, random.uuid().replaceAll("-", "")]));
  const create = async (manifest: StaticPod): Promise<void> => {
    const node = informers.for(nodes).get({ namespace: "", name });
    if (!node) return;
    const hash = hashes.get(`${manifest.name}-${name}`) ?? "";
    await client.create(pods, mirrorPod(manifest, node, { hash, now: timestamp(world.clock) }));
  };
  for (const manifest of manifests) await create(manifest);
  return informers.for(pods).onChange(({ type, object }) => {
    const manifest = manifests.find((one) => `${one.name}-${name}` === object.metadata.name);
    if (type !== "DELETED" || !manifest || keyOf(object).namespace !== namespace || !kubelets.get(name)?.isRunning)
      return;
    // Whoever tells is in the middle of a write.
    world.clock.soon(() => {
      create(manifest).catch((error: unknown) => {
        if (!isAlreadyExists(error)) world.log.write("error", `mirror of ${manifest.name}: ${describeError(error)}`);
      });
    });
  });
}

function mirrorPod(manifest: StaticPod, node: Node, { hash, now }: { hash: string; now: string }): Pod {
  const { name: nodeName, uid = "" } = node.metadata;
  const ip = node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${manifest.name}-${nodeName}`,
      namespace,
      labels: { component: manifest.name, tier: "control-plane" },
      annotations: {
        "kubernetes.io/config.hash": hash,
        "kubernetes.io/config.mirror": hash,
        "kubernetes.io/config.seen": now,
        "kubernetes.io/config.source": "file",
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: nodeName, uid, controller: true }],
    },
    spec: {
      nodeName,
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      tolerations: [{ operator: "Exists", effect: "NoExecute" }],
      containers: [containerOf(manifest, { name: nodeName, ip })],
      volumes: Object.entries(manifest.paths).map(([name, path]): Volume => ({
        name,
        hostPath: { path, type: "DirectoryOrCreate" },
      })),
    },
  };
}

function containerOf({ name, image, args, requests, paths }: StaticPod, place: Place): Container {
  return {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    command: [name, ...args(place)],
    resources: { requests },
    volumeMounts: Object.entries(paths).map(([volume, mountPath]) => ({ name: volume, mountPath })),
  };
}
