import { type Cluster, createCluster } from "../../src/index.ts";
import { createKubectl, type Kubectl, kubectlMissing, type RunOptions } from "../support/kubectl.ts";

/** A cluster that listens, and the real kubectl that talks to it. */
export interface KubectlCluster {
  readonly cluster: Cluster;
  readonly kubectl: Kubectl;
  /** What kubectl prints; rejects with its own words when it fails. */
  run(args: string | readonly string[], options?: RunOptions): Promise<string>;
  /** Applies a manifest and waits until these pods are ready. */
  ready(manifest: string, ...pods: readonly string[]): Promise<void>;
  /** Tries again and again until kubectl prints what is wanted: what it prints then. */
  until(args: string | readonly string[], wanted: RegExp): Promise<string>;
  /** Rejects when the cluster has logged an error: a bug of ours. */
  close(): Promise<void>;
}

/** Says on stderr why tests with kubectl do not run. */
export function tellWhyNot(what: string, why: string | undefined): void {
  if (why) process.stderr.write(`${what}: not tested, ${why}\n`);
}

/** undefined where kubectl is missing: its tests are skipped then. */
export async function startKubectlCluster(clock: "real" | "virtual" = "real"): Promise<KubectlCluster | undefined> {
  if (kubectlMissing) return undefined;
  const errors: string[] = [];
  const log = { write: (level: string, text: string) => void (level === "error" && errors.push(text)) };
  const cluster = await createCluster({ clock, log });
  const server = await cluster.listen();
  const kubectl = createKubectl(server.kubeconfig);
  const run: KubectlCluster["run"] = async (args, options) => {
    const { code, stdout, stderr } = await kubectl.run(wordsOf(args), options);
    if (code !== 0) throw new Error(`kubectl ${wordsOf(args).join(" ")}: exit ${code}\n${stderr}${stdout}`);
    return stdout;
  };
  return {
    cluster,
    kubectl,
    run,
    async ready(manifest, ...pods) {
      await cluster.apply(manifest);
      if (pods.length > 0) await run(["wait", "pod", ...pods, "--for=condition=Ready", "--timeout=15s"]);
    },
    until: (args, wanted) => until(() => kubectl.run(wordsOf(args)), wanted),
    async close() {
      kubectl.close();
      await cluster.close();
      if (errors.length > 0) throw new Error(errors.join("\n"));
    },
  };
}

async function until(
  attempt: () => Promise<{ readonly stdout: string; readonly stderr: string }>,
  wanted: RegExp,
): Promise<string> {
  let last = "";
  for (const deadline = performance.now() + 15_000; performance.now() < deadline;) {
    const { stdout, stderr } = await attempt();
    last = stdout + stderr;
    if (wanted.test(last)) return last;
  }
  throw new Error(`${String(wanted)} never came; at last: ${last}`);
}

/** `get pods -o name` is four words; words with blanks come in a list. */
export function wordsOf(args: string | readonly string[]): readonly string[] {
  return typeof args === "string" ? args.split(" ") : args;
}

/** A pod with one shell that sleeps, `main`, unless told otherwise; JSON is YAML. */
export function podManifest(name: string, spec: object = {}, metadata: object = {}): string {
  const container = { name: "main", image: "busybox", command: ["sleep", "1000000"] };
  const whole = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...metadata },
    spec: { terminationGracePeriodSeconds: 2, containers: [container], ...spec },
  };
  return `${JSON.stringify(whole)}\n---\n`;
}
