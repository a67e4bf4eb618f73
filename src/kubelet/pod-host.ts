import type { EphemeralContainer, Pod } from "../api/types.gen.ts";
import { createContainer } from "../runtime/create-container.ts";
import type { PidNamespace } from "../runtime/kernel/pid-namespace.ts";
import type { LiveContainer } from "../runtime/live-container.ts";
import { describeError } from "../sim/log.ts";
import type { ActionTarget } from "./action-target.ts";
import type { ContainerHost, ContainerLife } from "./container-life.ts";
import { containerOptions } from "./container-options.ts";
import type { ContainerRole } from "./container-record.ts";
import { EnvironmentError } from "./environment.ts";
import { runHook } from "./lifecycle-hooks.ts";
import type { KubeletContext } from "./node-context.ts";
import { podIdOf } from "./pod-id.ts";
import type { PodSandbox } from "./pod-sandbox.ts";
import { runProbe } from "./probe-runner.ts";
import type { ProbeResult } from "./probes.ts";
import { checkProfiles } from "./security-profiles.ts";
import type { Stopping } from "./stopping.ts";
import { terminationMessage } from "./termination-message.ts";
import { turns } from "./turns.ts";

/** What a pod's containers live on. */
export interface PodHostOptions {
  readonly context: KubeletContext;
  readonly sandbox: PodSandbox;
  readonly stopping: Stopping;
  /** The pod as it is now. */
  readonly pod: () => Pod;
  readonly life: (name: string) => ContainerLife | undefined;
  /** Something of a container's record has changed. */
  readonly changed: () => void;
}

const idDigits = 64;

/** A pod as its containers know it. */
export function podHost(options: PodHostOptions): ContainerHost {
  const { context, sandbox, stopping, pod, changed } = options;
  const { clock, random, puller, pace } = context;
  const actionOn = (life: ContainerLife): ActionTarget => actionTarget(life, options);
  return {
    clock,
    random,
    puller,
    stopping,
    changed,
    startMs: pace.startMs,
    noticeMs: pace.noticeMs,
    podId: podIdOf(pod()),
    inTurn: turns(),
    create: (life, found) => createdContainer(life, { found, ...options }),
    probe: (life, probe) => runSafely(() => runProbe(probe, actionOn(life)), probeBug, context),
    hook: (life, kind) => {
      const handler = life.spec.lifecycle?.[kind];
      return handler
        ? runSafely(
            () => runHook(handler, actionOn(life)),
            () => false,
            context,
          )
        : Promise.resolve(true);
    },
    terminationMessage: (life, exitCode) => lastWords(life, exitCode, sandbox),
    event: ({ spec, role }, type, reason, message) => {
      const fieldPath = `spec.${fieldOfRole[role]}{${spec.name}}`;
      context.events.record(pod(), { component: "kubelet", host: context.name }, { type, reason, message, fieldPath });
    },
    restarts: (role, exitCode) => restarts(pod(), role, exitCode),
    newContainerId: () => random.hex(idDigits),
  };
}

const fieldOfRole: Readonly<Record<ContainerRole, string>> = {
  init: "initContainers",
  sidecar: "initContainers",
  main: "containers",
  ephemeral: "ephemeralContainers",
};

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
function restarts({ spec }: Pod, role: ContainerRole, exitCode: number): boolean {
  if (role === "ephemeral") return false;
  if (role === "sidecar") return true;
  if (spec.restartPolicy === "Never") return false;
  return exitCode !== 0 || (role === "main" && spec.restartPolicy !== "OnFailure");
}

function createdContainer(
  life: ContainerLife,
  { found, ...host }: PodHostOptions & { found: Parameters<ContainerHost["create"]>[1] },
): LiveContainer {
  const { context, sandbox, pod } = host;
  const { containerId } = life.record;
  const pids = pidsFor(life, host);
  const terminationLog = terminationLogOf(containerId);
  sandbox.files.files.write(`/${terminationLog}`, "", 0o666);
  sandbox.files.files.chmod(`/${terminationLog}`, 0o666);
  const options = containerOptions({
    container: life.spec,
    found,
    sandbox,
    context,
    terminationLog,
    pids,
    log: life.log,
    pod: pod(),
    id: idOf(life),
  });
  checkProfiles(pod(), life.spec, context.volumes.host);
  return createContainer(options);
}

/** Those of the container that an ephemeral one is to look into, or of the whole pod. Throws EnvironmentError. */
function pidsFor({ spec }: ContainerLife, { sandbox, life }: PodHostOptions): PidNamespace | undefined {
  const { targetContainerName: name = "" }: Partial<EphemeralContainer> = spec;
  if (name === "") return sandbox.pids;
  const target = life(name);
  if (!target?.record.containerId) throw new EnvironmentError(`unable to find target container ${name}`);
  if (target.running) return target.running.pids;
  const state = target.record.state.terminated ? "CONTAINER_EXITED" : "CONTAINER_CREATED";
  const why = `invalid target container: container ${JSON.stringify(idOf(target))} is not running - in state ${state}`;
  throw new EnvironmentError(
    `failed to generate container ${JSON.stringify(idOf(target))} spec: failed to generate spec: ${why}`,
    "CreateContainerError",
  );
}

/** Read once: the next container leaves its own. */
function lastWords({ spec, log, record }: ContainerLife, exitCode: number, sandbox: PodSandbox): string {
  const { files } = sandbox.files;
  const path = `/${terminationLogOf(record.containerId)}`;
  const message = terminationMessage({ container: spec, exitCode, log, files, path });
  files.remove(path);
  return message;
}

function terminationLogOf(containerId: string): string {
  return `termination-log-${containerId.slice(containerId.lastIndexOf("/") + 1)}`;
}

/** Without `containerd://`. */
function idOf({ record: { containerId } }: ContainerLife): string {
  return containerId.slice(containerId.lastIndexOf("/") + 1);
}

function actionTarget(life: ContainerLife, { context, sandbox }: PodHostOptions): ActionTarget {
  const { clock, network, ip: from, lookup, resolvConf = "" } = context;
  return {
    clock,
    network,
    from,
    ip: sandbox.ip,
    container: life.spec,
    lookup: (name) =>
      isAddress(name) ? Promise.resolve([name]) : lookup(name, { from, hosts: "127.0.0.1\tlocalhost\n", resolvConf }),
    exec: (command, streams) => life.running?.exec(command, streams) ?? Promise.resolve(exitOfKilled),
  };
}

/** The container has ended in the meantime. */
const exitOfKilled = 137;

function isAddress(name: string): boolean {
  return /^[\d.]+$/u.test(name);
}

/** Nothing that goes wrong in a probe or hook may bring the kubelet down: it is a bug, and logged. */
async function runSafely<T extends ProbeResult | boolean>(
  run: () => Promise<T>,
  otherwise: (error: unknown) => T,
  { log }: KubeletContext,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    log.write("error", `probe or hook: ${describeError(error)}`);
    return otherwise(error);
  }
}

function probeBug(error: unknown): ProbeResult {
  return { outcome: "error", output: error instanceof Error ? error.message : String(error) };
}
