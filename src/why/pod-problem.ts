import type { Pod } from "../api/types.gen.ts";

/** Why a pod is not ready, in the words it is told in. undefined: it is ready. */
export function podProblem(pod: Pod): string | undefined {
  const { status, metadata } = pod;
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return `it has ended (${status.phase})`;
  if (metadata.deletionTimestamp) return "it is terminating";
  const conditions = status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return undefined;
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled && scheduled.status !== "True")
    return `no node takes it: ${scheduled.message ?? scheduled.reason ?? "unknown"}`;
  return waitingContainer(pod) ?? notReadyContainer(pod) ?? unmetGate(pod) ?? ready?.message ?? "it is not ready";
}

function waitingContainer({ status }: Pod): string | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { name, state, lastState } of all) {
    const { waiting } = state ?? {};
    if (!waiting) continue;
    const exit = lastState?.terminated;
    const last = exit ? `, its last exit code was ${exit.exitCode}` : "";
    return `container ${name} is waiting: ${waiting.reason ?? "unknown"}${last}`;
  }
  return undefined;
}

function notReadyContainer({ spec, status }: Pod): string | undefined {
  const found = (status?.containerStatuses ?? []).find(({ ready }) => !ready);
  if (!found) return undefined;
  if (found.state?.terminated)
    return `container ${found.name} has ended with exit code ${found.state.terminated.exitCode}`;
  const probed = spec.containers.some(({ name, readinessProbe }) => name === found.name && readinessProbe);
  return probed
    ? `the readiness probe of container ${found.name} does not succeed`
    : `container ${found.name} is not ready`;
}

function unmetGate({ spec, status }: Pod): string | undefined {
  const gate = (spec.readinessGates ?? []).find(
    ({ conditionType }) =>
      !status?.conditions?.some(({ type, status: value }) => type === conditionType && value === "True"),
  );
  return gate && `its readiness gate ${gate.conditionType} is not True`;
}
