import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kubectlMissing } from "../support/kubectl.ts";
import { type KubectlCluster, podManifest, startKubectlCluster, tellWhyNot } from "./kubectl-cluster.ts";

tellWhyNot("reasons in kubectl get and describe", kubectlMissing);

interface Case {
  readonly container: object;
  readonly spec?: object;
  /** STATUS of `kubectl get pod`, second by second. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Of `kubectl describe pod`, at the end. */
  readonly told: readonly (string | RegExp)[];
}

const sleeps = { image: "busybox", command: ["sleep", "1000000"] };
const sh = (script: string): object => ({ image: "busybox", command: ["sh", "-c", script] });
const never = { restartPolicy: "Never" };
const runc =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
  "unable to start container process: error during container init: ";
const pullFailure =
  'Failed to pull image "nginx:nope": rpc error: code = NotFound desc = failed to pull and unpack image ' +
  '"docker.io/library/nginx:nope": failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found';

const cases: Readonly<Record<string, Case>> = {
  pull: {
    container: { image: "nginx:nope" },
    statuses: { "0": "ErrImagePull", "2": "ImagePullBackOff", "11": "ImagePullBackOff" },
    told: [
      /Reason: +ImagePullBackOff/u,
      pullFailure,
      "Error: ErrImagePull",
      'Back-off pulling image "nginx:nope"',
      "Error: ImagePullBackOff",
    ],
  },
  denied: {
    container: { image: "doesnotexist" },
    statuses: { "0": "ErrImagePull" },
    told: [
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    ],
  },
  absent: {
    container: { image: "redis:7.0", imagePullPolicy: "Never" },
    statuses: { "0": "ErrImageNeverPull" },
    told: ['Container image "redis:7.0" is not present with pull policy of Never', "Error: ErrImageNeverPull"],
  },
  invalid: {
    container: { image: "NGINX:latest" },
    statuses: { "0": "InvalidImageName" },
    told: [
      'Failed to apply default image tag "NGINX:latest": couldn\'t parse image name "NGINX:latest": invalid reference format: repository name (library/NGINX) must be lowercase',
      "Error: InvalidImageName",
    ],
  },
  armored: {
    container: {
      ...sleeps,
      securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "deny-write" } },
    },
    statuses: { "0": "CreateContainerError" },
    told: [
      "Error: failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found deny-write",
    ],
  },
  filtered: {
    container: {
      ...sleeps,
      securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "audit.json" } },
    },
    statuses: { "0": "CreateContainerError" },
    told: [
      'Error: failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/audit.json": open /var/lib/kubelet/seccomp/audit.json: no such file or directory',
    ],
  },
  credentials: {
    container: sleeps,
    spec: { imagePullSecrets: [{ name: "regcred" }] },
    statuses: { "0": "Running" },
    told: [
      "FailedToRetrieveImagePullSecret",
      "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    ],
  },
  config: {
    container: { ...sleeps, env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "missing", key: "a" } } }] },
    statuses: { "0": "CreateContainerConfigError" },
    told: ['Error: configmap "missing" not found'],
  },
  secret: {
    container: { ...sleeps, envFrom: [{ secretRef: { name: "missing" } }] },
    statuses: { "0": "CreateContainerConfigError" },
    told: ['Error: secret "missing" not found'],
  },
  mount: {
    container: { ...sleeps, volumeMounts: [{ name: "v", mountPath: "/v" }] },
    spec: { volumes: [{ name: "v", secret: { secretName: "missing" } }] },
    statuses: { "0": "ContainerCreating", "60": "ContainerCreating" },
    told: ['MountVolume.SetUp failed for volume "v" : secret "missing" not found'],
  },
  nonroot: {
    container: { ...sleeps, securityContext: { runAsNonRoot: true } },
    statuses: { "0": "CreateContainerConfigError" },
    told: [
      /Error: container has runAsNonRoot and image will run as root \(pod: "nonroot_default\([-\da-f]+\)", container: main\)/u,
    ],
  },
  named: {
    container: { image: "curlimages/curl", args: ["sleep", "9"], securityContext: { runAsNonRoot: true } },
    statuses: { "0": "CreateContainerConfigError" },
    told: [
      /container has runAsNonRoot and image has non-numeric user \(curl_user\), cannot verify user is non-root \(pod: /u,
    ],
  },
  command: {
    container: { image: "busybox", command: ["nosuch"] },
    statuses: { "0": "RunContainerError", "2": "CrashLoopBackOff" },
    told: [
      /Last State: +Terminated\n +Reason: +StartError/u,
      /Exit Code: +128/u,
      `Error: ${runc}exec: "nosuch": executable file not found in $PATH: unknown`,
    ],
  },
  once: {
    container: { image: "busybox", command: ["nosuch"] },
    spec: never,
    statuses: { "0": "StartError" },
    told: [/^Status: +Failed$/mu],
  },
  crash: {
    container: sh("exit 3"),
    statuses: { "0": "Error", "2": "CrashLoopBackOff", "14": "CrashLoopBackOff" },
    told: [
      /Last State: +Terminated\n +Reason: +Error\n +Exit Code: +3/u,
      /Back-off restarting failed container main in pod crash_default\([-\da-f]+\)/u,
    ],
  },
  killed: {
    container: { ...sh("head -c 50000000 /dev/zero | tail"), resources: { limits: { memory: "20Mi" } } },
    statuses: { "4": "CrashLoopBackOff" },
    told: [/Last State: +Terminated\n +Reason: +OOMKilled\n +Exit Code: +137/u],
  },
  killedonce: {
    container: {
      ...sh("x=$(head -c 50000000 /dev/zero | tr '\\0' x); echo ${#x}"),
      resources: { limits: { memory: "20Mi" } },
    },
    spec: never,
    statuses: { "4": "OOMKilled" },
    told: [/State: +Terminated\n +Reason: +OOMKilled\n +Exit Code: +137/u],
  },
  done: {
    container: sh("exit 0"),
    spec: never,
    statuses: { "0": "Completed" },
    told: [/^Status: +Succeeded$/mu, /Exit Code: +0/u],
  },
  failed: {
    container: sh("echo why > /dev/termination-log; exit 4"),
    spec: never,
    statuses: { "0": "Error" },
    told: [/State: +Terminated\n +Reason: +Error\n +Message: +why/u, /Exit Code: +4/u],
  },
  full: {
    container: {
      ...sh("head -c 20000000 /dev/zero > /f; sleep 1000"),
      resources: { limits: { "ephemeral-storage": "10Mi" } },
    },
    statuses: { "0": "Running", "14": "Error" },
    told: [
      /^Status: +Failed\nReason: +Evicted\nMessage: +Pod ephemeral local storage usage exceeds the total limit of containers 10Mi\./mu,
      /Warning +Evicted +\S+.* kubelet +Pod ephemeral local storage usage exceeds/u,
    ],
  },
  init: {
    container: sleeps,
    spec: { initContainers: [{ name: "first", ...sh("exit 1") }] },
    statuses: { "0": "Init:Error", "2": "Init:CrashLoopBackOff" },
    told: [/Reason: +PodInitializing/u, /containers with incomplete status|Initialized +False/u],
  },
  initpull: {
    container: sleeps,
    spec: { initContainers: [{ name: "first", image: "busybox:nope" }] },
    statuses: { "0": "Init:ErrImagePull", "2": "Init:ImagePullBackOff" },
    told: ['Back-off pulling image "busybox:nope"'],
  },
  slow: {
    container: sleeps,
    spec: { initContainers: [{ name: "first", ...sh("sleep 5") }] },
    statuses: { "0": "Init:0/1", "11": "Running" },
    told: [/^Status: +Running$/mu],
  },
  deadline: {
    container: sleeps,
    spec: { activeDeadlineSeconds: 5 },
    statuses: { "0": "Running", "14": "Error" },
    told: [
      /^Status: +Failed\nReason: +DeadlineExceeded\nMessage: +Pod was active on the node longer than the specified deadline/mu,
    ],
  },
  unknown: {
    container: { image: "example.com/some/thing:v1", ports: [{ containerPort: 80 }] },
    statuses: { "0": "Running" },
    told: ['Image "example.com/some/thing:v1" is not in the catalogue of simulated images'],
  },
  taken: {
    container: { ...sleeps, ports: [{ containerPort: 80, hostPort: 8099 }] },
    spec: { nodeSelector: { "kubernetes.io/hostname": "picokube-worker" } },
    statuses: { "0": "Pending", "60": "Pending" },
    told: [/Warning +FailedScheduling .*1 node\(s\) didn't have free ports for the requested pod ports/u],
  },
};
const moments = ["0", "1", "2", "4", "11", "14", "60"];
const seen = new Map<string, string>();
let on: KubectlCluster;

beforeAll(async () => {
  const started = await startKubectlCluster("virtual");
  if (!started) return;
  on = started;
  const holder = { name: "main", ...sleeps, ports: [{ containerPort: 80, hostPort: 8099 }] };
  const holds = { containers: [holder], nodeSelector: { "kubernetes.io/hostname": "picokube-worker" } };
  await on.cluster.apply(podManifest("holder", holds));
  await on.cluster.settle();
  const pods = Object.entries(cases).map(([name, { container, spec = {} }]) =>
    podManifest(name, { ...spec, containers: [{ name: "main", ...container }] }),
  );
  await on.cluster.apply(pods.join(""));
  let now = 0;
  for (const moment of moments) {
    await on.cluster.advance((Number(moment) - now) * 1000 + (now === 0 && moment !== "0" ? 100 : 0));
    now = Number(moment);
    for (const line of (await on.run("get pods --no-headers")).split("\n")) {
      const [name = "", , status = ""] = line.split(/ +/u);
      seen.set(`${name} ${moment}`, status);
    }
  }
});
afterAll(() => on?.close());

function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`), "u");
}

describe.skipIf(kubectlMissing)("kubectl shows", () => {
  test.each(Object.entries(cases))("%s", async (name, { statuses, told }) => {
    for (const [moment, status] of Object.entries(statuses)) {
      expect(`${moment} s: ${seen.get(`${name} ${moment}`)}`).toBe(`${moment} s: ${status}`);
    }
    const description = await on.run(["describe", "pod", name]);
    for (const words of told) {
      expect(description).toMatch(typeof words === "string" ? literally(words) : words);
    }
  });
});
