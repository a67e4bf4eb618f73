import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { PriorityLevelConfiguration } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { oneOf } from "../field-checks.ts";

type Spec = PriorityLevelConfiguration["spec"];

function numberColumn(title: string, read: (spec: Spec) => number | undefined): Column<PriorityLevelConfiguration> {
  return { name: title, value: ({ spec }) => read(spec) ?? "<none>" };
}

/** How much of the server a share of the requests gets. https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ */
export const priorityLevelConfigurations: ResourceDefinition<PriorityLevelConfiguration> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  namespaced: false,
  type: "io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration",
  subresources: ["status"],
  tracksGeneration: true,
  columns: [
    name,
    { name: "Type", value: ({ spec }) => spec.type },
    numberColumn("NominalConcurrencyShares", ({ limited }) => limited?.nominalConcurrencyShares),
    numberColumn("Queues", ({ limited }) => limited?.limitResponse?.queuing?.queues),
    numberColumn("HandSize", ({ limited }) => limited?.limitResponse?.queuing?.handSize),
    numberColumn("QueueLengthLimit", ({ limited }) => limited?.limitResponse?.queuing?.queueLengthLimit),
    age,
  ],

  default(level) {
    level.spec ??= { type: "" };
    const { spec } = level;
    spec.type ??= "";
    if (spec.exempt) spec.exempt = { nominalConcurrencyShares: 0, lendablePercent: 0, ...spec.exempt };
    if (!spec.limited) return;
    spec.limited.nominalConcurrencyShares ??= 30;
    spec.limited.lendablePercent ??= 0;
    const { limitResponse } = spec.limited;
    if (limitResponse?.queuing) {
      limitResponse.queuing = { queues: 64, handSize: 8, queueLengthLimit: 50, ...limitResponse.queuing };
    }
  },

  prepareForCreate(level) {
    level.status = {};
  },

  validate: ({ spec }) => [
    ...oneOf("spec.type", spec.type, ["Exempt", "Limited"]),
    ...(spec.type === "Exempt" && spec.limited
      ? [notAllowed("spec.limited", "must be nil if the type is not Limited")]
      : []),
    ...(spec.type === "Limited" ? limitedErrors(spec) : []),
  ],
};

function limitedErrors({ limited, exempt }: Spec): FieldError[] {
  const errors = exempt ? [notAllowed("spec.exempt", "must be nil if the type is Limited")] : [];
  if (!limited) return [...errors, required("spec.limited", "must not be empty when type is Limited")];
  const { nominalConcurrencyShares: shares = 0, limitResponse } = limited;
  if (shares < 0) {
    errors.push(invalid("spec.limited.nominalConcurrencyShares", shares, "must be a non-negative integer"));
  }
  const field = "spec.limited.limitResponse";
  errors.push(...oneOf(`${field}.type`, limitResponse?.type, ["Queue", "Reject"]));
  if (limitResponse?.type === "Queue" && !limitResponse.queuing) {
    errors.push(required(`${field}.queuing`, "must not be empty if limited type is Queue"));
  }
  if (limitResponse?.type === "Reject" && limitResponse.queuing) {
    errors.push(notAllowed(`${field}.queuing`, "must be nil if limited.limitResponse.type is not Limited"));
  }
  return [...errors, ...queuingErrors(`${field}.queuing`, limitResponse?.queuing)];
}

function queuingErrors(
  field: string,
  queuing: NonNullable<NonNullable<Spec["limited"]>["limitResponse"]>["queuing"],
): FieldError[] {
  if (!queuing) return [];
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  const errors = Object.entries({ queues, handSize, queueLengthLimit })
    .filter(([, value]) => value <= 0)
    .map(([part, value]) => invalid(`${field}.${part}`, value, "must be positive"));
  if (handSize <= queues) return errors;
  return [...errors, invalid(`${field}.handSize`, handSize, `should not be greater than queues (${queues})`)];
}
