import { keyOf } from "../../api/object.ts";
import type { Pod, Volume } from "../../api/types.gen.ts";
import type { KubeletContext } from "../node-context.ts";
import { type Reference, referencesOf } from "../referenced-objects.ts";
import { nextLookMs } from "../restarts.ts";
import type { Stopping } from "../stopping.ts";
import { volumeKinds } from "./index.ts";
import { ProjectedFiles } from "./projected-files.ts";
import { giveToGroup } from "./volume-owner.ts";
import { ClaimError, type Files, type VolumeKind, VolumeError, type VolumeRequest } from "./volume.ts";

export interface PodVolumesOptions {
  readonly context: KubeletContext;
  /** The pod as it is now. */
  readonly pod: () => Pod;
  readonly warn: (reason: string, message: string) => void;
}

const firstRetryMs = 500;
const longestRetryMs = 122_000;

/** The volumes of one pod: all are there before its first container starts, and some change while it runs. */
export class PodVolumes {
  readonly #options: PodVolumesOptions;
  readonly #mounted = new Map<string, Files>();
  readonly #projected: ProjectedFiles[] = [];
  /** Names of those that could not be set up the last time. */
  readonly #failing = new Set<string>();
  #closed = false;

  constructor(options: PodVolumesOptions) {
    this.#options = options;
  }

  /** Resolves when all that are used are there, however long that takes, or when the pod stops. */
  async mountAll(stopping: Stopping): Promise<void> {
    const pod = this.#options.pod();
    const used = namesUsedIn(pod);
    const volumes = (pod.spec.volumes ?? []).filter(({ name }) => used.has(name));
    await Promise.all(volumes.map((volume) => this.#mountInTime(volume, stopping)));
  }

  find(name: string): Files | undefined {
    return this.#mounted.get(name);
  }

  /** Labels and annotations are files too. */
  podChanged(): void {
    for (const files of this.#projected) files.refresh();
  }

  close(): void {
    this.#closed = true;
    for (const files of this.#projected) files.close();
  }

  async #mountInTime(volume: Volume, stopping: Stopping): Promise<void> {
    const { context, warn } = this.#options;
    for (let retryMs = firstRetryMs; !stopping.isSet; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
      try {
        await this.#mount(volume);
        this.#failing.delete(volume.name);
        return;
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
        this.#failing.add(volume.name);
        warn("FailedMount", this.#failureText(volume, error));
        const delayMs = error instanceof ClaimError ? nextLookMs(context.random) : retryMs;
        await this.#timeOrChange(delayMs, referencesOf(volume, keyOf(this.#options.pod())), stopping);
      }
    }
  }

  #failureText({ name }: Volume, error: VolumeError): string {
    if (!(error instanceof ClaimError))
      return `${error.step} for volume ${JSON.stringify(error.volumeName ?? name)} : ${error.message}`;
    return `Unable to attach or mount volumes: unmounted volumes=[${[...this.#failing].join(" ")}], unattached volumes=[], failed to process volumes=[${name}]: ${error.message}`;
  }

  /** What is missing may appear at any moment. */
  #timeOrChange(delayMs: number, references: readonly Reference[], stopping: Stopping): Promise<void> {
    const { clock, objects } = this.#options.context;
    return new Promise((resolve) => {
      const ends: (() => void)[] = [];
      const end = (): void => {
        for (const one of ends.splice(0)) one();
        resolve();
      };
      ends.push(clock.after(delayMs, end), objects.follow(references, end), stopping.onSet(end));
    });
  }

  async #mount(volume: Volume): Promise<void> {
    const { context, warn, pod } = this.#options;
    const group = pod().spec.securityContext?.fsGroup;
    const request: VolumeRequest = { volume, pod: pod(), context, warn };
    const found = await kindOf(volume).mount(request);
    if ("tree" in found) {
      if (group !== undefined && found.tree !== context.volumes.host && !found.readOnly) giveToGroup(found, group);
      this.#mounted.set(volume.name, found);
      return;
    }
    const files = new ProjectedFiles({
      context,
      projection: found,
      group,
      pod,
      references: referencesOf(volume, keyOf(pod())),
      onError: (message) =>
        warn("FailedMount", `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${message}`),
    });
    await files.open();
    if (this.#closed) files.close();
    this.#projected.push(files);
    this.#mounted.set(volume.name, { tree: files.tree, readOnly: true });
  }
}

/** A volume that no container mounts is not set up. */
function namesUsedIn({ spec }: Pod): ReadonlySet<string> {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return new Set(
    containers.flatMap(({ volumeMounts = [], volumeDevices = [] }) =>
      [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  );
}

function kindOf(volume: Volume): VolumeKind {
  const kind = volumeKinds.find(({ field }) => volume[field] !== undefined);
  if (!kind) throw new VolumeError("failed to get Plugin from volumeSpec: no volume plugin matched");
  return kind;
}
